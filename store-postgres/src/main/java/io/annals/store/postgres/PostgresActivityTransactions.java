package io.annals.store.postgres;

import io.annals.model.ActivityStream;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes the lists of many callers in one transaction and one round trip: for each tenant one
 * statement stores the events and adds those that were in fact stored to the totals, so that what
 * is sent again counts once.
 *
 * <p>Rows are inserted in the order of their key, tenant by tenant: transactions that insert the
 * same events meet in the same order.
 */
final class PostgresActivityTransactions
    implements PostgresWriter.Transaction<PostgresActivityAppend> {
  static final PostgresColumns COLUMNS = new PostgresColumns(ActivityStream.ACTIVITY);

  private static final int FIRST_COLUMN = 3;

  /** A cell of fewer events is not worth a digest, whatever the other slots hold. */
  private static final int DUE_EVENTS = 128;

  static final String INSERT =
      """
      WITH stored AS (
        INSERT INTO annals.activity (tenant_id, %1$s)
        SELECT $1::uuid, sent.* FROM unnest(%2$s) AS sent (%1$s)
        ORDER BY sent.token_id, sent.created_at, sent.id
        ON CONFLICT DO NOTHING
        RETURNING token_id, created_at),
      by_hour AS (
        SELECT token_id, created_at / 3600000 * 3600000 AS start, count(*) AS events
        FROM stored GROUP BY 1, 2),
      added AS (
        SELECT token_id, 60 AS minutes, start, events FROM by_hour
        UNION ALL
        SELECT token_id, 1440, start / 86400000 * 86400000, sum(events)::bigint
        FROM by_hour GROUP BY 1, 3)
      INSERT INTO annals.activity_total AS cell
        (tenant_id, token_id, minutes, start, slot, events, due)
      SELECT $1::uuid, token_id, minutes, start, $2::smallint, events, events >= %3$d FROM added
      ON CONFLICT (tenant_id, token_id, minutes, start, slot) DO UPDATE
      SET events = cell.events + excluded.events,
          due = cell.events + excluded.events >= %3$d"""
          .formatted(COLUMNS.names(), COLUMNS.arrays(FIRST_COLUMN), DUE_EVENTS);

  private final PostgresActivityTies ties;

  PostgresActivityTransactions(PostgresActivityTies ties) {
    this.ties = ties;
  }

  @Override
  public Future<Void> run(PgConnection connection, int slot, List<PostgresActivityAppend> group) {
    Map<String, List<PostgresActivityAppend>> byTenant = new TreeMap<>();
    for (PostgresActivityAppend append : group) {
      byTenant.computeIfAbsent(append.tenant().toString(), t -> new ArrayList<>()).add(append);
    }
    List<Future<?>> sent = new ArrayList<>();
    List<Set<PostgresActivityTies.Tie>> tied = new ArrayList<>();
    sent.add(connection.query("BEGIN").execute());
    for (List<PostgresActivityAppend> appends : byTenant.values()) {
      TenantId tenant = appends.get(0).tenant();
      List<NewActivity> events = appends.stream().flatMap(a -> a.events().stream()).toList();
      sent.add(
          connection
              .preparedQuery(PostgresAuditStore.ACT_FOR)
              .execute(Tuple.of(tenant.toString())));
      sent.add(connection.preparedQuery(INSERT).execute(parameters(tenant, slot, events)));
      Set<PostgresActivityTies.Tie> unknown = ties.unknown(tenant, events);
      if (!unknown.isEmpty()) {
        tied.add(unknown);
        sent.add(ties.store(connection, tenant, unknown));
      }
    }
    sent.add(connection.query("COMMIT").execute());
    return Future.join(sent)
        .onSuccess(
            durable -> {
              tied.forEach(ties::remember);
              group.forEach(append -> append.acknowledge(null));
            })
        .mapEmpty();
  }

  private static Tuple parameters(TenantId tenant, int slot, List<NewActivity> activity) {
    List<Event> events = activity.stream().map(NewActivity::event).toList();
    Tuple parameters = Tuple.of(tenant.value(), (short) slot);
    COLUMNS.addTo(parameters, events);
    return parameters;
  }
}
