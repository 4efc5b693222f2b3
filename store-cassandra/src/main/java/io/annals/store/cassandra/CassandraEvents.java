package io.annals.store.cassandra;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.annals.model.ActivityPosition;
import io.annals.model.Position;
import io.annals.model.TimeRange;
import io.micrometer.core.instrument.DistributionSummary;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;

/** Reads the rows of buckets, one partition at a time. */
final class CassandraEvents {
  /** The most rows that one statement is asked for; they come in one frame. */
  static final int ROWS_MAX = 1_000;

  private static final String ROWS =
      """
      SELECT created_at, id, call FROM activity_event
      WHERE tenant_id = ? AND token_id = ? AND level = ? AND start = ?
        AND (created_at, id) < (?, ?) AND (created_at) >= (?)
      LIMIT ?""";

  private static final String COUNT =
      """
      SELECT count(*) FROM activity_event
      WHERE tenant_id = ? AND token_id = ? AND level = ? AND start = ?
        AND created_at >= ? AND created_at < ?""";

  private static final String ANY =
      """
      SELECT created_at FROM activity_event
      WHERE tenant_id = ? AND token_id = ? AND level = ? AND start = ?
        AND created_at >= ? AND created_at < ?
      LIMIT 1""";

  private final CassandraQueries queries;
  private final PreparedStatement rows;
  private final PreparedStatement count;
  private final PreparedStatement any;
  private final LongAdder opened = new LongAdder();
  private final DistributionSummary read;

  /** Prepares its statements; blocks. */
  CassandraEvents(CassandraQueries queries) {
    this.queries = queries.of("rows");
    rows = queries.prepare(ROWS);
    count = queries.prepare(COUNT);
    any = queries.prepare(ANY);
    read =
        DistributionSummary.builder("annals.cassandra.read")
            .baseUnit("rows")
            .description("How many rows are read from a partition at once")
            .register(queries.meters());
  }

  /**
   * The newest rows of a bucket below a position and not before a time.
   *
   * @param rowsMax at most {@link #ROWS_MAX}; fewer are all there are
   */
  Future<List<CassandraStored>> rows(
      CassandraToken token,
      CassandraBucket bucket,
      ActivityPosition below,
      long fromMillis,
      int rowsMax) {
    opened.increment();
    return queries
        .page(
            rows.bind(
                    token.tenant().value(),
                    token.id(),
                    bucket.level().stored(),
                    Instant.ofEpochMilli(bucket.startMillis()),
                    Instant.ofEpochMilli(below.createdAtMillis()),
                    idBelow(token.id(), below),
                    Instant.ofEpochMilli(fromMillis),
                    rowsMax)
                .setPageSize(rowsMax))
        .map(page -> rows(token.id(), page));
  }

  /** How many rows of a bucket there are in this time. */
  Future<Long> count(CassandraToken token, CassandraBucket bucket, TimeRange range) {
    return queries
        .page(inRange(count, token, bucket, range))
        .map(page -> Objects.requireNonNull(page.one()).getLong(0));
  }

  /** Whether a bucket has rows in this time. */
  Future<Boolean> any(CassandraToken token, CassandraBucket bucket, TimeRange range) {
    return queries
        .page(inRange(any, token, bucket, range))
        .map(page -> page.currentPage().iterator().hasNext());
  }

  /** How many times rows were read from a partition. */
  long opened() {
    return opened.sum();
  }

  private static com.datastax.oss.driver.api.core.cql.BoundStatement inRange(
      PreparedStatement statement, CassandraToken token, CassandraBucket bucket, TimeRange range) {
    return statement.bind(
        token.tenant().value(),
        token.id(),
        bucket.level().stored(),
        Instant.ofEpochMilli(bucket.startMillis()),
        Instant.ofEpochMilli(range.fromMillis()),
        Instant.ofEpochMilli(range.toMillis()));
  }

  /**
   * The id that a token's events at the position's time must be below. Where the token itself is
   * below the position's, an event with the same id is too: the bytes that follow next, which are
   * one longer, are the limit.
   */
  private static ByteBuffer idBelow(UUID token, ActivityPosition below) {
    UUID id = below.id();
    boolean sameIdToo = Position.compareIds(token, below.tokenId()) < 0;
    return ByteBuffer.allocate(sameIdToo ? 17 : 16)
        .putLong(0, id.getMostSignificantBits())
        .putLong(8, id.getLeastSignificantBits());
  }

  private List<CassandraStored> rows(UUID token, AsyncResultSet page) {
    List<CassandraStored> rows = new ArrayList<>(page.remaining());
    read.record(page.remaining());
    for (Row row : page.currentPage()) {
      ByteBuffer createdAt = Objects.requireNonNull(row.getBytesUnsafe(0));
      ByteBuffer id = Objects.requireNonNull(row.getBytesUnsafe(1));
      ByteBuffer call = Objects.requireNonNull(row.getBytesUnsafe(2));
      rows.add(
          new CassandraStored(
              token, createdAt.getLong(createdAt.position()), CassandraCall.id(id), call));
    }
    return rows;
  }
}
