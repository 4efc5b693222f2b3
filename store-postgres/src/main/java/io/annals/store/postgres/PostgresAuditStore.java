package io.annals.store.postgres;

import io.annals.model.AuditStreams;
import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.NewEvent;
import io.annals.model.Page;
import io.annals.model.TenantId;
import io.annals.store.AuditStore;
import io.annals.store.EventQuery;
import io.annals.store.StoreException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads pages itself and hands appends to the committer. */
final class PostgresAuditStore implements AuditStore {
  /** Makes row-level security let this tenant's rows through until the transaction ends. */
  static final String ACT_FOR = "SELECT set_config('annals.tenant', $1, true)";

  /** The same, and says how to plan what follows. */
  private static final String READ_FOR =
      """
      SELECT set_config('annals.tenant', $1, true), set_config('plan_cache_mode', $2, true)""";

  /** One snapshot for the page and its total. */
  private static final String BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

  private final PostgresReaders readers;
  private final PostgresCommitter committer;
  private final Map<EventStream, PostgresTable> tables;

  PostgresAuditStore(PostgresReaders readers, PostgresCommitter committer) {
    this.readers = readers;
    this.committer = committer;
    tables =
        AuditStreams.ALL.stream()
            .collect(Collectors.toMap(Function.identity(), PostgresTable::new));
  }

  @Override
  public Future<Page<Event>> page(TenantId tenant, EventStream stream, EventQuery query) {
    return readers.read(connection -> read(connection, tenant, table(stream), query));
  }

  @Override
  public Future<Appended> append(TenantId tenant, EventStream stream, List<NewEvent> events) {
    try {
      return committer.append(new PostgresAppend(tenant, table(stream), events));
    } catch (StoreException refused) {
      return Future.failedFuture(refused);
    }
  }

  private PostgresTable table(EventStream stream) {
    PostgresTable table = tables.get(stream);
    if (table == null) {
      throw new IllegalArgumentException("not an audit stream: " + stream);
    }
    return table;
  }

  /**
   * Sends the whole transaction at once; the answers come back in its order. Whatever fails in it,
   * its end was sent too, so the next reader finds the connection outside of a transaction. For the
   * same reason nothing that can throw stands between its first and its last statement.
   */
  private static Future<Page<Event>> read(
      SqlConnection connection, TenantId tenant, PostgresTable table, EventQuery query) {
    PostgresPage page = new PostgresPage(table, query);
    Tuple pageParameters = page.parameters(tenant);
    @Nullable Tuple totalParameters = totalParameters(tenant, table.stream(), query);
    Future<?> begin = connection.query(BEGIN_READ).execute();
    Future<?> actFor =
        connection
            .preparedQuery(READ_FOR)
            .execute(Tuple.of(tenant.value().toString(), page.planCacheMode()));
    Future<@Nullable RowSet<Row>> total =
        totalParameters == null
            ? Future.succeededFuture()
            : connection
                .preparedQuery(PostgresTotals.read(table, query.range()))
                .execute(totalParameters);
    Future<RowSet<Row>> rows = connection.preparedQuery(page.sql()).execute(pageParameters);
    Future<?> end = connection.query("COMMIT").execute();
    return Future.join(List.of(begin, actFor, total, rows, end))
        .map(done -> page(table, query, rows.result(), total.result()));
  }

  private static @Nullable Tuple totalParameters(
      TenantId tenant, EventStream stream, EventQuery query) {
    if (!stream.isCounted()) {
      return null;
    }
    int[] facets = stream.facets().matching(query.filters());
    return PostgresTotals.readParameters(tenant, stream, facets, query.range());
  }

  private static Page<Event> page(
      PostgresTable table, EventQuery query, RowSet<Row> rows, @Nullable RowSet<Row> total) {
    List<Event> items = new ArrayList<>(rows.size());
    for (Row row : rows) {
      items.add(table.event(row));
    }
    boolean more = items.size() > query.limit();
    if (more) {
      items.remove(query.limit());
    }
    return new Page<>(
        items, more ? items.get(items.size() - 1).position() : null, PostgresTotals.total(total));
  }
}
