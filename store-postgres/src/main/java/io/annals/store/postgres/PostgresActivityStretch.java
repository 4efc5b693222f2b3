package io.annals.store.postgres;

import io.annals.model.TenantId;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;

/**
 * A stretch of one token's events, as wide and aligned as its level says.
 *
 * @param startMillis where it begins
 */
record PostgresActivityStretch(
    TenantId tenant, UUID token, PostgresActivityLevel level, long startMillis) {

  /** Its exact count, and its digest if that was made of as many events. */
  static final String DIGEST =
      """
      SELECT cell.events, digest.digest
      FROM (SELECT sum(events)::bigint AS events FROM annals.activity_total
            WHERE tenant_id = $1::uuid AND token_id = $2::uuid
              AND minutes = $5::smallint AND start = $6::bigint) AS cell
      LEFT JOIN annals.activity_digest AS digest
        ON digest.tenant_id = $1::uuid AND digest.token_id = $2::uuid
        AND digest.minutes = $3::smallint AND digest.start = $4::bigint
        AND digest.events = cell.events""";

  /** The parameters $1 to $4 that identify it. */
  Tuple key() {
    return Tuple.of(tenant.value(), token, level.minutes(), startMillis);
  }

  /** The parameters of {@link #DIGEST}. */
  Tuple digestParameters() {
    return key().addShort(level.countedMinutes()).addLong(level.countedStart(startMillis));
  }

  long pastMillis() {
    return startMillis + level.millis();
  }

  long stripStart(int strip) {
    return startMillis + strip * level.stripMillis();
  }

  /** The strip that this time lies in. */
  int strip(long atMillis) {
    return (int) ((atMillis - startMillis) / level.stripMillis());
  }

  PostgresActivityStretch finer(PostgresActivityLevel finer, int strip) {
    return new PostgresActivityStretch(tenant, token, finer, stripStart(strip));
  }

  /** Lets the login role run a statement bound by row-level security, for the tenant only. */
  Future<RowSet<Row>> query(PgConnection login, String sql, Tuple parameters) {
    Future<?> begun = login.query("BEGIN").execute();
    Future<?> bound = login.query("SET LOCAL ROLE " + PostgresSettings.APPLICATION_ROLE).execute();
    Future<?> acting =
        login.preparedQuery(PostgresAuditStore.ACT_FOR).execute(Tuple.of(tenant.toString()));
    Future<RowSet<Row>> result = login.preparedQuery(sql).execute(parameters);
    Future<?> ended = login.query("COMMIT").execute();
    return Future.join(List.of(begun, bound, acting, result, ended)).map(done -> result.result());
  }
}
