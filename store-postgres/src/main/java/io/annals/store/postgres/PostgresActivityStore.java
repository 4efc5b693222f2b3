package io.annals.store.postgres;

import io.annals.model.ActivityPosition;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.search.SearchTerm;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
import io.annals.store.StoreException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads pages, hands searches to {@link PostgresActivitySearch} and appends to the committer. */
final class PostgresActivityStore implements ActivityStore {
  /**
   * Reading is planned once: a plan that fits all values passes over the partitions that it does
   * not need when it runs, and planning for each page costs more than the page.
   */
  static final String PLAN_CACHE_MODE = "force_generic_plan";

  private final Vertx vertx;
  private final ActivityPolicy policy;
  private final PostgresReaders readers;
  private final PostgresCommitter<PostgresActivityAppend> committer;
  private final PostgresActivityPartitions partitions;
  private final PostgresActivityUpkeep upkeep;

  PostgresActivityStore(
      Vertx vertx,
      ActivityPolicy policy,
      PostgresReaders readers,
      PostgresCommitter<PostgresActivityAppend> committer,
      PostgresActivityPartitions partitions,
      PostgresActivityUpkeep upkeep) {
    this.vertx = vertx;
    this.policy = policy;
    this.readers = readers;
    this.committer = committer;
    this.partitions = partitions;
    this.upkeep = upkeep;
  }

  @Override
  public Future<Void> append(TenantId tenant, List<NewActivity> events) {
    long horizonMillis = policy.horizonMillis();
    boolean allAreKept =
        events.stream().allMatch(a -> a.event().createdAtMillis() >= horizonMillis);
    List<NewActivity> kept =
        allAreKept
            ? events
            : events.stream().filter(a -> a.event().createdAtMillis() >= horizonMillis).toList();
    return onCallersContext(
        partitions
            .ready(kept)
            .compose(ready -> commit(tenant, kept))
            .recover(
                failure ->
                    PostgresActivityPartitions.isMissing(failure)
                        ? partitions.refresh(kept).compose(made -> commit(tenant, kept))
                        : Future.failedFuture(failure)));
  }

  /** Partitions are made through connections that have contexts of their own. */
  private static Future<Void> onCallersContext(Future<Void> result) {
    Context caller = Vertx.currentContext();
    if (caller == null) {
      return result;
    }
    Promise<Void> promise = Promise.promise();
    result.onComplete(done -> caller.runOnContext(v -> result.onComplete(promise)));
    return promise.future();
  }

  private Future<Void> commit(TenantId tenant, List<NewActivity> events) {
    PostgresActivityAppend append = new PostgresActivityAppend(tenant, events);
    try {
      committer.append(append);
      return append.future().mapEmpty();
    } catch (StoreException refused) {
      return Future.failedFuture(refused);
    }
  }

  @Override
  public Future<Optional<ActivityPage>> page(TenantId tenant, ActivityQuery query) {
    long horizonMillis = policy.horizonMillis();
    SearchTerm term = query.search();
    if (term != null) {
      return new PostgresActivitySearch(
              vertx, readers, tenant, query, term, horizonMillis, policy.searchMillisMax())
          .run();
    }
    String totalSql = PostgresActivityTotals.sql(query.subject(), query.range());
    Tuple totalParameters =
        PostgresActivityTotals.parameters(tenant, query.subject(), query.range(), horizonMillis);
    String pageSql = PostgresActivityPage.sql(query.subject());
    Tuple pageParameters = PostgresActivityPage.parameters(tenant, query, horizonMillis);
    return readers.readSnapshot(
        PostgresWork.ACTIVITY_PAGE,
        tenant,
        PLAN_CACHE_MODE,
        connection -> {
          Future<RowSet<Row>> total =
              readers.timed(
                  PostgresWork.TOTAL,
                  () -> connection.preparedQuery(totalSql).execute(totalParameters));
          Future<RowSet<Row>> rows = connection.preparedQuery(pageSql).execute(pageParameters);
          return Future.join(total, rows)
              .map(
                  read -> page(query, PostgresActivityTotals.total(total.result()), rows.result()));
        });
  }

  private static Optional<ActivityPage> page(
      ActivityQuery query, OptionalLong total, RowSet<Row> rows) {
    if (total.isEmpty()) {
      return Optional.empty();
    }
    List<Event> items = new ArrayList<>(rows.size());
    rows.forEach(row -> items.add(PostgresActivityTransactions.COLUMNS.event(row)));
    if (items.size() <= query.limit()) {
      return Optional.of(new ActivityPage(items, null, total));
    }
    items.remove(query.limit());
    ActivityPosition last = ActivityPosition.of(items.get(items.size() - 1));
    return Optional.of(new ActivityPage(items, new ActivityPage.Next(last, 0), total));
  }

  /** Does the background work at once. */
  Future<Void> settle() {
    return upkeep.run().compose(once -> upkeep.run());
  }
}
