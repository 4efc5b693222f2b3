package io.annals.store.cassandra;

import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.type.TupleType;
import io.annals.store.ActivityPolicy;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** The index of buckets: what there is of a token. Nothing is remembered here. */
final class CassandraIndex {
  private static final String FLOOR =
      """
      SELECT start, level, is_span, changed, settled FROM activity_index
      WHERE tenant_id = ? AND token_id = ? AND floor_level = ? AND floor_start = ?""";

  private static final String FLOOR_FROM =
      """
      SELECT start, level, is_span, changed, settled FROM activity_index
      WHERE tenant_id = ? AND token_id = ? AND floor_level = ? AND floor_start = ?
        AND start <= ?
      LIMIT ?""";

  private static final String ENTRY =
      """
      SELECT start, level, is_span, changed, settled FROM activity_index
      WHERE tenant_id = ? AND token_id = ? AND floor_level = ? AND floor_start = ?
        AND start = ? AND level = ? AND is_span = ?""";

  private static final String SETTLE =
      """
      UPDATE activity_index USING TTL ? SET settled = ?
      WHERE tenant_id = ? AND token_id = ? AND floor_level = ? AND floor_start = ?
        AND start = ? AND level = ? AND is_span = ?""";

  /** The same whether the entry is new or not. */
  private static final String CHANGE =
      """
      INSERT INTO activity_index
        (tenant_id, token_id, floor_level, floor_start, start, level, is_span, changed)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) USING TTL ?""";

  private final CassandraQueries queries;
  private final ActivityPolicy policy;
  private final CassandraUnsettled unsettled;
  private final PreparedStatement floor;
  private final PreparedStatement floorFrom;
  private final PreparedStatement entry;
  private final PreparedStatement settle;
  private final PreparedStatement change;

  /** Prepares its statements; blocks. */
  CassandraIndex(CassandraQueries queries, ActivityPolicy policy) {
    this(queries, policy, new CassandraUnsettled(policy.clock(), queries.meters()));
  }

  /** The same, telling of every entry that it changes. */
  CassandraIndex(CassandraQueries queries, ActivityPolicy policy, CassandraUnsettled unsettled) {
    this.policy = policy;
    this.unsettled = unsettled;
    this.queries = queries.of("index");
    floor = queries.prepare(FLOOR);
    floorFrom = queries.prepare(FLOOR_FROM);
    entry = queries.prepare(ENTRY);
    settle = queries.prepare(SETTLE);
    change = queries.prepare(CHANGE);
  }

  /** Every entry of a floor, from the latest start to the earliest. */
  Future<List<CassandraEntry>> floor(CassandraToken token, CassandraFloor of) {
    return queries.rows(onFloor(floor, token, of).build()).map(CassandraIndex::entries);
  }

  /** The first entries of a floor that start at this epoch millisecond or before. */
  Future<List<CassandraEntry>> floor(
      CassandraToken token, CassandraFloor of, long startMillis, int limit) {
    return queries
        .rows(
            onFloor(floorFrom, token, of)
                .setInstant("start", Instant.ofEpochMilli(startMillis))
                .setInt("[limit]", limit)
                .build())
        .map(CassandraIndex::entries);
  }

  /** Enters a bucket, with the spans that lead to it; all of them count as changed now. */
  Future<Void> enter(CassandraToken token, CassandraBucket bucket) {
    List<Future<Void>> writes = new ArrayList<>();
    writes.add(change(token, bucket, false));
    CassandraFloor.spansAbove(bucket).forEach(span -> writes.add(change(token, span, true)));
    return Future.join(writes).mapEmpty();
  }

  /** Sets {@code changed} of an entry anew, and makes the entry if it is not there. */
  Future<Void> change(CassandraToken token, CassandraBucket bucket, boolean isSpan) {
    unsettled.met(token, bucket, isSpan);
    return queries.run(
        ofEntry(change, token, bucket, isSpan)
            .setUuid("changed", CassandraEntry.changeAt(policy.clock().millis()))
            .setInt("[ttl]", CassandraTtl.ofEntry(policy, bucket))
            .build());
  }

  /** The entry of a bucket or span as it is now; empty if there is none. */
  Future<Optional<CassandraEntry>> entry(
      CassandraToken token, CassandraBucket bucket, boolean isSpan) {
    return queries
        .page(ofEntry(entry, token, bucket, isSpan).build())
        .map(page -> Optional.ofNullable(page.one()).map(CassandraIndex::entry));
  }

  /** Keeps the sum of an entry. */
  Future<Void> settle(
      CassandraToken token, CassandraBucket bucket, boolean isSpan, CassandraEntry.Sum sum) {
    TupleType type = (TupleType) settle.getVariableDefinitions().get("settled").getType();
    return queries.run(
        ofEntry(settle, token, bucket, isSpan)
            .setTupleValue("settled", type.newValue(sum.of(), sum.events()))
            .setInt("[ttl]", CassandraTtl.ofEntry(policy, bucket))
            .build());
  }

  private static BoundStatementBuilder onFloor(
      PreparedStatement statement, CassandraToken token, CassandraFloor floor) {
    return statement
        .boundStatementBuilder()
        .setUuid("tenant_id", token.tenant().value())
        .setUuid("token_id", token.id())
        .setByte("floor_level", floor.level())
        .setInstant("floor_start", Instant.ofEpochMilli(floor.startMillis()));
  }

  private static BoundStatementBuilder ofEntry(
      PreparedStatement statement, CassandraToken token, CassandraBucket bucket, boolean isSpan) {
    return onFloor(statement, token, CassandraFloor.of(bucket))
        .setInstant("start", Instant.ofEpochMilli(bucket.startMillis()))
        .setByte("level", bucket.level().stored())
        .setBoolean("is_span", isSpan);
  }

  private static List<CassandraEntry> entries(List<Row> rows) {
    return rows.stream().map(CassandraIndex::entry).toList();
  }

  /** By the bytes of the columns: a page of a busy token reads hundreds of entries. */
  private static CassandraEntry entry(Row row) {
    CassandraBucket bucket =
        new CassandraBucket(CassandraLevel.of(bytes(row, 1).get(0)), bytes(row, 0).getLong(0));
    boolean isSpan = bytes(row, 2).get(0) != 0;
    ByteBuffer changed = row.getBytesUnsafe(3);
    ByteBuffer settled = row.getBytesUnsafe(4);
    return new CassandraEntry(
        bucket,
        isSpan,
        changed == null ? CassandraEntry.NO_CHANGE : CassandraCall.id(changed),
        settled == null ? CassandraEntry.Sum.NONE : sum(settled.slice()));
  }

  /** A tuple is its values, each an int length and its bytes. */
  private static CassandraEntry.Sum sum(ByteBuffer tuple) {
    return new CassandraEntry.Sum(new UUID(tuple.getLong(4), tuple.getLong(12)), tuple.getLong(24));
  }

  private static ByteBuffer bytes(Row row, int column) {
    return Objects.requireNonNull(row.getBytesUnsafe(column)).slice();
  }
}
