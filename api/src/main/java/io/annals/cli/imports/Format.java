package io.annals.cli.imports;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A kind of log that can be imported.
 *
 * @param name what {@code --format} calls it
 * @param target where its items go
 * @param reader splits an input, already inflated, into records
 * @param mapping makes an item of a record
 * @param expected what such an input holds, for the message that says that one does not
 */
public record Format<R>(
    String name, Target target, Reader<R> reader, Mapping<R> mapping, String expected) {

  /** What {@code --format} calls access logs, which are described by {@link #combined}. */
  public static final String COMBINED = "combined";

  /** Every format that needs to be told nothing. */
  private static final List<Format<?>> ALL =
      List.of(cloudTrail(Clock.systemUTC()), auditLogItems());

  /** The format of this name, unless it needs to be told something. */
  public static Optional<Format<?>> named(String name) {
    return ALL.stream().filter(format -> format.name.equals(name)).findFirst();
  }

  static Format<ObjectNode> cloudTrail(Clock clock) {
    return new Format<>(
        "cloudtrail",
        AuditLogTarget.INSTANCE,
        in -> JsonRecords.open(in, "Records"),
        new CloudTrail(clock),
        "AWS CloudTrail records: one JSON document {\"Records\":[...]}, or one record a line");
  }

  static Format<ObjectNode> auditLogItems() {
    return new Format<>(
        "ndjson",
        AuditLogTarget.INSTANCE,
        in -> JsonRecords.open(in, "data"),
        new AuditLogItems(),
        "audit log items, one JSON object a line with action, actor_id, resource_type ...");
  }

  /**
   * Access logs in the combined format.
   *
   * @param serviceAccount what every event is tied to, null for nothing
   * @param shiftMillis what is added to every time
   */
  public static Format<?> combined(
      TokenRule tokenRule, @Nullable UUID serviceAccount, long shiftMillis) {
    return new Format<>(
        COMBINED,
        ActivityTarget.INSTANCE,
        LogLines::new,
        new AccessLog(tokenRule, serviceAccount, shiftMillis),
        "lines of nginx's or Apache's combined access log, maybe behind a virtual host");
  }

  /** Splits an input into records. */
  @FunctionalInterface
  interface Reader<R> {
    /** The records of this input, which supports {@link InputStream#mark}. */
    Records<R> open(InputStream in) throws IOException;
  }

  /** Makes an item of a record: the same item of the same record, whenever it is asked. */
  @FunctionalInterface
  interface Mapping<R> {
    /**
     * The item of this record.
     *
     * @param place where the record stands, for messages
     */
    Item map(R record, String place) throws UnusableException;
  }
}
