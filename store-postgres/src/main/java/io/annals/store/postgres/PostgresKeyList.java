package io.annals.store.postgres;

import io.annals.model.Page;
import io.annals.model.Position;
import io.annals.model.TenantId;
import io.annals.store.KeyQuery;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * A list of one tenant's accounts, tokens or lifecycle events: a range scan of an index in the
 * order of the list, and a count. A tenant has few of them, so they are counted one by one.
 *
 * @param <T> what is listed
 */
final class PostgresKeyList<T> {
  private final String table;
  private final String columns;
  private final Function<Row, T> item;
  private final Function<T, Position> position;
  private final StringBuilder conditions = new StringBuilder("tenant_id = $1::uuid");
  private final Tuple values;

  /**
   * All that the tenant has in a table.
   *
   * @param columns what {@code item} reads
   */
  PostgresKeyList(
      TenantId tenant,
      String table,
      String columns,
      Function<Row, T> item,
      Function<T, Position> position) {
    this.table = table;
    this.columns = columns;
    this.item = item;
    this.position = position;
    values = Tuple.of(tenant.value());
  }

  /** Narrows it to what fulfils this condition. */
  PostgresKeyList<T> where(String condition) {
    conditions.append(" AND ").append(condition);
    return this;
  }

  /** Narrows it by a value, whose number the condition has a place for. */
  PostgresKeyList<T> where(String condition, Object value) {
    values.addValue(value);
    return where(condition.formatted(values.size()));
  }

  String pageSql() {
    int next = values.size() + 1;
    return """
        SELECT %s FROM %s
        WHERE %s AND (created_at, id) < ($%d::bigint, $%d::uuid)
        ORDER BY created_at DESC, id DESC LIMIT $%d::bigint OFFSET $%d::bigint"""
        .formatted(columns, table, conditions, next, next + 1, next + 2, next + 3);
  }

  String totalSql() {
    return "SELECT count(*) FROM %s WHERE %s".formatted(table, conditions);
  }

  Tuple totalParameters() {
    return copy();
  }

  Tuple pageParameters(KeyQuery query) {
    return copy()
        .addLong(query.below().createdAtMillis())
        .addUUID(query.below().id())
        .addLong(query.limit() + 1L)
        .addLong((long) query.skip());
  }

  private Tuple copy() {
    Tuple copy = Tuple.tuple();
    for (int i = 0; i < values.size(); i++) {
      copy.addValue(values.getValue(i));
    }
    return copy;
  }

  /** Reads a page through a connection that acts for the tenant. */
  Future<Page<T>> read(SqlConnection connection, KeyQuery query) {
    Future<RowSet<Row>> total = connection.preparedQuery(totalSql()).execute(totalParameters());
    Future<RowSet<Row>> rows = connection.preparedQuery(pageSql()).execute(pageParameters(query));
    return Future.join(total, rows)
        .map(
            read -> {
              List<T> found = new ArrayList<>(rows.result().size());
              rows.result().forEach(row -> found.add(item.apply(row)));
              long count = total.result().iterator().next().getLong(0);
              return Page.of(found, query.limit(), position, OptionalLong.of(count));
            });
  }
}
