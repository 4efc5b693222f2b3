package io.annals.bench;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * What the Cassandra store asks for a first page of a busy key, straight through the driver: the
 * top of the index with the day and the hour of now, then the hour of the newest event, then rows.
 */
final class CassandraPages {
  private static final Instant EVER = Instant.ofEpochMilli(4_102_444_800_000L);
  private static final int SLICE = 80;
  private static final int ROWS = 51;
  private static final byte TOP = -1;
  private static final byte DAY = 1;
  private static final byte HOUR = 2;

  private static final String FLOOR =
      """
      SELECT start, level, is_span, changed, settled FROM activity_index
      WHERE tenant_id = ? AND token_id = ? AND floor_level = ? AND floor_start = ?
        AND start <= ?
      LIMIT ?""";

  private static final String EVENTS =
      """
      SELECT created_at, id, call FROM activity_event
      WHERE tenant_id = ? AND token_id = ? AND level = ? AND start = ?
        AND (created_at, id) < (?, ?) AND (created_at) >= (?)
      LIMIT ?""";

  private final CqlSession session;
  private final UUID tenant;
  private final UUID token;
  private final PreparedStatement floor;
  private final PreparedStatement events;

  CassandraPages(CqlSession session, UUID tenant, UUID token) {
    this.session = session;
    this.tenant = tenant;
    this.token = token;
    floor = session.prepare(FLOOR);
    events = session.prepare(EVENTS);
  }

  /** One page, every column read. */
  Load.Worker statements() {
    Row day = newest(TOP, Instant.EPOCH);
    Instant dayStart = start(day);
    Row inDay = newest(DAY, dayStart);
    boolean hasHour = inDay.getBoolean("is_span");
    Row bucket = hasHour ? newest(HOUR, start(inDay)) : inDay;
    Instant now = Instant.now();
    BoundStatement rows =
        events.bind(
            tenant,
            token,
            bucket.getByte("level"),
            start(bucket),
            EVER,
            ByteBuffer.allocate(16),
            now.minus(Duration.ofDays(90)),
            ROWS);
    return () -> {
      Future<?> top = read(floor(TOP, Instant.EPOCH));
      Future<?> today = read(floor(DAY, now.truncatedTo(ChronoUnit.DAYS)));
      Future<?> thisHour = read(floor(HOUR, now.truncatedTo(ChronoUnit.HOURS)));
      return Future.all(List.of(top, today, thisHour))
          .compose(read -> hasHour ? read(floor(HOUR, start(inDay))) : Future.succeededFuture())
          .compose(read -> read(rows));
    };
  }

  /** The entry that starts last; of equal ones, what has a floor of its own. */
  private Row newest(byte level, Instant start) {
    List<Row> entries = session.execute(floor(level, start)).all();
    return entries.stream()
        .filter(entry -> start(entry).equals(start(entries.get(0))))
        .reduce((one, other) -> other.getBoolean("is_span") ? other : one)
        .orElseThrow();
  }

  private static Instant start(Row entry) {
    return Objects.requireNonNull(entry.getInstant("start"));
  }

  private BoundStatement floor(byte level, Instant start) {
    return floor.bind(tenant, token, level, start, EVER, SLICE);
  }

  private Future<Integer> read(BoundStatement statement) {
    return Future.fromCompletionStage(session.executeAsync(statement)).map(CassandraPages::count);
  }

  private static int count(AsyncResultSet page) {
    int count = 0;
    for (Row row : page.currentPage()) {
      row.getObject(row.getColumnDefinitions().size() - 1);
      count++;
    }
    return count;
  }
}
