package io.annals.cli.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.audit.AuditResource;
import io.annals.cli.imports.TokenRule.Field;
import io.annals.contract.BodyFault;
import io.annals.contract.ItemDecoder;
import io.annals.fuzz.Batch;
import io.annals.fuzz.Target;
import io.annals.model.AuditStreams;
import io.annals.model.TenantId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;

/**
 * Logs of one format: every record is passed over for a reason or becomes an item, always the same,
 * and one that a server takes where the format's rules say so; an input ends as it should, or where
 * nothing more can be read.
 *
 * @param isComplete whether the rules leave nothing for the server to refuse
 */
public record ImportTarget<R>(Format<R> format, ItemDecoder server, boolean isComplete)
    implements Target {
  private static final TenantId TENANT = new TenantId(new UUID(1, 2));
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2040-01-01T00:00:00Z"), ZoneOffset.UTC);

  /** Access logs, with a token for each user. */
  public static ImportTarget<?> ofAccessLogs() {
    Format<?> format = Format.combined(TokenRule.from(Field.USER, TENANT), null, 0);
    return new ImportTarget<>(format, Batch.ofActivity().items(), true);
  }

  /** CloudTrail. */
  public static ImportTarget<?> ofCloudTrail() {
    return new ImportTarget<>(Format.cloudTrail(CLOCK), auditLog(), true);
  }

  /** Items of the audit log; all but their ids is left to the server. */
  public static ImportTarget<?> ofAuditLog() {
    return new ImportTarget<>(Format.auditLogItems(), auditLog(), false);
  }

  private static ItemDecoder auditLog() {
    return AuditResource.ALL.stream()
        .filter(resource -> resource.stream().equals(AuditStreams.AUDIT_LOG))
        .map(resource -> Batch.of(resource).items())
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void check(byte[] input) {
    try {
      Records<R> records = format.reader().open(new ByteArrayInputStream(input));
      while (checkNext(records)) {
        // to the end
      }
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private boolean checkNext(Records<R> records) throws IOException {
    try {
      R record = records.next();
      if (record == null) {
        return false;
      }
      Item item = format.mapping().map(record, records.place());
      assertThat(format.mapping().map(record, records.place()).json()).isEqualTo(item.json());
      if (isComplete) {
        assertThat(server.decode(item.json(), 0, item.json().length).faults())
            .extracting(BodyFault::pointer)
            .isSubsetOf("/createdAt"); // before 1970
      }
    } catch (UnusableException e) {
      assertThat(e.reason()).isNotBlank();
    }
    return true;
  }
}
