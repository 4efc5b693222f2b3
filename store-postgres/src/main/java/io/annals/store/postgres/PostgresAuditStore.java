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

  private final PostgresReaders readers;
  private final PostgresCommitter<PostgresAuditAppend> committer;
  private final Map<EventStream, PostgresTable> tables;

  PostgresAuditStore(PostgresReaders readers, PostgresCommitter<PostgresAuditAppend> committer) {
    this.readers = readers;
    this.committer = committer;
    tables =
        AuditStreams.ALL.stream()
            .collect(Collectors.toMap(Function.identity(), PostgresTable::new));
  }

  @Override
  public Future<Page<Event>> page(TenantId tenant, EventStream stream, EventQuery query) {
    PostgresTable table = table(stream);
    PostgresPage page = new PostgresPage(table, query);
    Tuple pageParameters = page.parameters(tenant);
    @Nullable Tuple totalParameters = totalParameters(tenant, stream, query);
    return readers.readSnapshot(
        PostgresWork.AUDIT_PAGE,
        tenant,
        page.planCacheMode(),
        connection -> {
          Future<@Nullable RowSet<Row>> total =
              totalParameters == null
                  ? Future.succeededFuture()
                  : readers.timed(
                      PostgresWork.TOTAL,
                      () ->
                          connection
                              .preparedQuery(PostgresTotals.read(table, query.range()))
                              .execute(totalParameters));
          Future<RowSet<Row>> rows = connection.preparedQuery(page.sql()).execute(pageParameters);
          return Future.join(total, rows)
              .map(done -> page(table, query, rows.result(), total.result()));
        });
  }

  @Override
  public Future<Appended> append(TenantId tenant, EventStream stream, List<NewEvent> events) {
    try {
      PostgresAuditAppend append = new PostgresAuditAppend(tenant, table(stream), events);
      committer.append(append);
      return append.future();
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
    return Page.of(items, query.limit(), Event::position, PostgresTotals.total(total));
  }
}
