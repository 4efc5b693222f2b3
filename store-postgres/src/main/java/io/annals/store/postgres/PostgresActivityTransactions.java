package io.annals.store.postgres;

import io.annals.model.ActivityStream;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes the lists of many callers in one transaction and one round trip. Events are hardly ever
 * sent again, so they are first inserted as new ones, and counted here. Where one turns out to be
 * stored, all is rolled back and done by the statement that passes over what is there and counts
 * what it stored; it costs half as much again.
 *
 * <p>Rows are inserted in the order of their key, tenant by tenant: transactions that insert the
 * same events meet in the same order.
 */
final class PostgresActivityTransactions
    implements PostgresWriter.Transaction<PostgresActivityAppend> {
  static final PostgresColumns COLUMNS = new PostgresColumns(ActivityStream.ACTIVITY);

  private static final String UNIQUE_VIOLATION = "23505";

  static final String INSERT =
      """
      INSERT INTO annals.activity (tenant_id, %1$s)
      SELECT $1::uuid, sent.* FROM unnest(%2$s) AS sent (%1$s)
      ORDER BY sent.token_id, sent.created_at, sent.id"""
          .formatted(COLUMNS.names(), COLUMNS.arrays(2));

  /** Passes over what is stored, and adds what was not to the totals of slot $%3$d. */
  static final String INSERT_MISSING =
      """
      WITH stored AS (%1$s ON CONFLICT DO NOTHING RETURNING token_id, created_at),
      by_hour AS (
        SELECT token_id, created_at / 3600000 * 3600000 AS start, count(*) AS events
        FROM stored GROUP BY 1, 2),
      added AS (
        SELECT token_id, 60 AS minutes, start, events FROM by_hour
        UNION ALL
        SELECT token_id, 1440, start / 86400000 * 86400000, sum(events)::bigint
        FROM by_hour GROUP BY 1, 3)
      %2$s"""
          .formatted(INSERT, PostgresActivityCells.add("added", 2 + COLUMNS.size()));

  private final PostgresActivityTies ties;

  PostgresActivityTransactions(PostgresActivityTies ties) {
    this.ties = ties;
  }

  @Override
  public Future<Void> run(PgConnection connection, int slot, List<PostgresActivityAppend> group) {
    Map<TenantId, List<NewActivity>> byTenant =
        new TreeMap<>(Comparator.comparing(TenantId::toString));
    for (PostgresActivityAppend append : group) {
      byTenant.computeIfAbsent(append.tenant(), t -> new ArrayList<>()).addAll(append.events());
    }
    return write(connection, slot, byTenant, true)
        .recover(
            failure ->
                isDuplicate(failure)
                    ? write(connection, slot, byTenant, false)
                    : Future.failedFuture(failure))
        .onSuccess(durable -> group.forEach(append -> append.acknowledge(null)));
  }

  private static boolean isDuplicate(Throwable failure) {
    return failure instanceof PgException refused && UNIQUE_VIOLATION.equals(refused.getSqlState());
  }

  private Future<Void> write(
      PgConnection connection,
      int slot,
      Map<TenantId, List<NewActivity>> byTenant,
      boolean areNew) {
    List<Future<?>> sent = new ArrayList<>();
    List<Set<PostgresActivityTies.Tie>> tied = new ArrayList<>();
    sent.add(connection.query("BEGIN").execute());
    byTenant.forEach(
        (tenant, activity) -> {
          Tuple actFor = Tuple.of(tenant.toString());
          List<Event> events = activity.stream().map(NewActivity::event).toList();
          sent.add(connection.preparedQuery(PostgresAuditStore.ACT_FOR).execute(actFor));
          insert(connection, tenant, slot, events, areNew, sent);
          Set<PostgresActivityTies.Tie> unknown = ties.unknown(tenant, activity);
          if (!unknown.isEmpty()) {
            tied.add(unknown);
            sent.add(ties.store(connection, tenant, unknown));
          }
        });
    sent.add(connection.query("COMMIT").execute());
    return Future.join(sent).onSuccess(durable -> tied.forEach(ties::remember)).mapEmpty();
  }

  private static void insert(
      PgConnection connection,
      TenantId tenant,
      int slot,
      List<Event> events,
      boolean areNew,
      List<Future<?>> sent) {
    Tuple rows = Tuple.of(tenant.value());
    COLUMNS.addTo(rows, events);
    if (areNew) {
      sent.add(connection.preparedQuery(INSERT).execute(rows));
      sent.add(
          connection
              .preparedQuery(PostgresActivityCells.ADD)
              .execute(PostgresActivityCells.of(tenant, slot, events)));
    } else {
      sent.add(connection.preparedQuery(INSERT_MISSING).execute(rows.addValue((short) slot)));
    }
  }
}
