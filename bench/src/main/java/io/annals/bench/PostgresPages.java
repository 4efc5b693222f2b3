package io.annals.bench;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;

/** What the PostgreSQL store asks for a first page of a key, straight through the driver. */
final class PostgresPages {
  private static final String TOTAL =
      """
      SELECT sum(events)::bigint FROM annals.activity_total
      WHERE tenant_id = $1::uuid AND token_id = $2::uuid AND minutes = 1440""";

  private static final String PAGE =
      """
      SELECT id, created_at, token_id, key_prefix, method, path, status_code, latency_ms,
        remote_ip, actor FROM annals.activity AS event
      WHERE tenant_id = $1::uuid AND token_id = $2::uuid
        AND created_at >= $6::bigint AND created_at <= $3::bigint
        AND (created_at, id) <= ($3::bigint, $4::uuid)
        AND (created_at, id, token_id) < ($3::bigint, $4::uuid, $5::uuid)
      ORDER BY created_at DESC, id DESC LIMIT $7::bigint""";

  private static final UUID HIGHEST = new UUID(-1, -1);

  private PostgresPages() {}

  static Load.Worker statements(PgConnection connection, UUID tenant, UUID token) {
    long floor = System.currentTimeMillis() - 90L * 86_400_000;
    Tuple page = Tuple.of(tenant, token, Long.MAX_VALUE, HIGHEST, HIGHEST, floor).addLong(51L);
    return () ->
        inSnapshot(
            connection,
            tenant,
            new Statement(TOTAL, Tuple.of(tenant, token)),
            new Statement(PAGE, page));
  }

  record Statement(String sql, Tuple values) {
    private Future<RowSet<Row>> execute(PgConnection connection) {
      return connection.preparedQuery(sql).execute(values);
    }
  }

  /** What a store sends for a page, in one go, rows read to the last column; how many rows. */
  static Future<Integer> inSnapshot(
      PgConnection connection, UUID tenant, Statement total, Statement page) {
    connection.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").execute();
    connection
        .preparedQuery("SELECT set_config('annals.tenant', $1, true)")
        .execute(Tuple.of(tenant.toString()));
    total.execute(connection);
    Future<Integer> rows =
        page.execute(connection)
            .map(
                set -> {
                  set.forEach(row -> row.getValue(row.size() - 1));
                  return set.size();
                });
    Future<?> end = connection.query("COMMIT").execute();
    return Future.join(List.of(rows, end)).map(done -> rows.result());
  }
}
