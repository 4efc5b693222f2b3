package io.annals.cli.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes an audit log item of a CloudTrail record, by rules that know no service and no file:
 *
 * <ul>
 *   <li>{@code id}: {@code eventID} when it is a UUID, else a UUID of the record's content.
 *   <li>{@code created_at}: {@code eventTime}.
 *   <li>{@code actor_type}, {@code actor_id}: see {@link CloudTrailActor}.
 *   <li>{@code action}: {@code eventSource} without {@code .amazonaws.com}, a colon, {@code
 *       eventName}: {@code s3:GetObject}. An Insights record names no call of its own: {@code
 *       cloudtrail:} and its {@code insightType}.
 *   <li>{@code resource_type}, {@code resource_id}: see {@link CloudTrailResource}.
 *   <li>{@code metadata}: the record as it stands, without {@code eventID} and {@code eventTime}
 *       where the item says exactly the same. What does not fit is noted, see {@link Notes}.
 *   <li>{@code reasoning}: left out; CloudTrail does not record why something was done.
 * </ul>
 */
final class CloudTrail implements Format.Mapping<ObjectNode> {
  private static final Duration FUTURE_MAX = Duration.ofMinutes(5);
  private static final int METADATA_BYTES_MAX = 32 * 1024;
  // One less than the API takes, so that how a level is counted makes no difference.
  private static final int METADATA_LEVELS_MAX = 31;
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Clock clock;

  CloudTrail(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Item map(ObjectNode given, String place) throws UnusableException {
    Notes notes = new Notes();
    ObjectNode record = Storable.clean(given, METADATA_LEVELS_MAX, notes);
    refuseAliens(record);
    String action = action(record);
    Instant time = time(record);
    Optional<UUID> eventId = ContentId.parse(JsonText.string(record, "eventID"));
    UUID id = eventId.orElseGet(() -> ContentId.of(given));
    CloudTrailActor actor = CloudTrailActor.of(record);
    CloudTrailResource resource = CloudTrailResource.of(record);

    ObjectNode item = JsonText.object();
    item.put("id", id.toString());
    item.put("created_at", MILLIS.format(time));
    item.put("actor_id", Storable.fit("actor_id", actor.id(), notes));
    item.put("actor_type", Storable.fit("actor_type", actor.type(), notes));
    item.put("action", Storable.fit("action", action, notes));
    item.put("resource_type", Storable.fit("resource_type", resource.type(), notes));
    item.put("resource_id", Storable.fit("resource_id", resource.id(), notes));
    if (eventId.isPresent()) {
      record.remove("eventID");
    }
    if (time.equals(time.truncatedTo(ChronoUnit.MILLIS))) {
      record.remove("eventTime");
    }
    item.set("metadata", notes.fit(record, METADATA_BYTES_MAX));
    return new Item(place, id, JsonText.bytes(item));
  }

  /** The service that wrote the record: {@code s3} of {@code s3.amazonaws.com}. */
  static @Nullable String service(JsonNode record) {
    String source = JsonText.string(record, "eventSource");
    return source == null ? null : source.replaceFirst("\\.amazonaws\\.com(\\.cn)?$", "");
  }

  /** Whether CloudTrail wrote the record about unusual activity, not about one call. */
  static boolean isInsight(JsonNode record) {
    return record.path("insightDetails").isObject();
  }

  private static void refuseAliens(ObjectNode record) throws UnusableException {
    if (record.has("digestStartTime")) {
      throw UnusableException.defect(
          "a digest file, which lists log files and holds no events",
          record.path("digestStartTime").asText());
    }
    if (!record.has("eventName") && !record.has("eventTime") && !record.has("eventID")) {
      throw UnusableException.alien("no CloudTrail record", JsonText.text(record));
    }
  }

  private static String action(ObjectNode record) throws UnusableException {
    if (isInsight(record)) {
      String insight = JsonText.string(record.path("insightDetails"), "insightType");
      return "cloudtrail:" + (insight == null ? "Insight" : insight);
    }
    String name = JsonText.string(record, "eventName");
    if (name == null) {
      throw UnusableException.defect("no eventName", JsonText.text(record.path("eventName")));
    }
    String service = service(record);
    if (service == null) {
      throw UnusableException.defect("no eventSource", name);
    }
    return service + ":" + name;
  }

  private Instant time(ObjectNode record) throws UnusableException {
    String text = JsonText.string(record, "eventTime");
    if (text == null) {
      throw UnusableException.defect("no eventTime", JsonText.text(record.path("eventTime")));
    }
    Instant time;
    try {
      OffsetDateTime given = OffsetDateTime.parse(text);
      time = given.toInstant();
    } catch (DateTimeException e) {
      throw UnusableException.defect("eventTime is no RFC 3339 date-time", text);
    }
    if (time.isAfter(clock.instant().plus(FUTURE_MAX))) {
      throw UnusableException.defect("eventTime is in the future", text);
    }
    if (time.isBefore(Instant.parse("0001-01-01T00:00:00Z"))) {
      throw UnusableException.defect("eventTime is no RFC 3339 date-time", text);
    }
    return time;
  }
}
