package io.annals.store.cassandra;

import io.annals.metrics.Background;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;

/** Hands appends to the writer and pages to the reader, and answers on the caller's context. */
final class CassandraActivityStore implements ActivityStore {
  private static final int SEARCHERS = 2;

  private final CassandraWriter writer;
  private final CassandraTables tables;
  private final CassandraReader reader;
  private final CassandraSettler settler;
  private final CassandraWorkers searchers;
  private final CassandraWorkers summer;

  /** Prepares all statements; blocks. */
  CassandraActivityStore(CassandraQueries queries, ActivityPolicy policy, int timeoutMillis) {
    MeterRegistry meters = queries.meters();
    searchers = new CassandraWorkers("annals-search", SEARCHERS, meters);
    summer = new CassandraWorkers("annals-sum", 1, meters);
    CassandraUnsettled unsettled = new CassandraUnsettled(policy.clock(), meters);
    CassandraIndex index = new CassandraIndex(queries, policy, unsettled);
    writer = new CassandraWriter(queries, index, policy, timeoutMillis);
    tables =
        new CassandraTables(
            index,
            new CassandraEvents(queries),
            new CassandraDigests(queries, policy, searchers),
            unsettled);
    settler =
        new CassandraSettler(tables, summer, policy, new Background(meters, "activity_settling"));
    reader = new CassandraReader(queries, tables, searchers, policy);
  }

  @Override
  public Future<Void> append(TenantId tenant, List<NewActivity> events) {
    return answer(writer.append(tenant, events));
  }

  @Override
  public Future<Optional<ActivityPage>> page(TenantId tenant, ActivityQuery query) {
    return answer(reader.page(tenant, query));
  }

  CassandraTables tables() {
    return tables;
  }

  CassandraSettler settler() {
    return settler;
  }

  /** Takes nothing further in, and succeeds when all that was taken is answered. */
  Future<Void> close() {
    return Future.join(writer.close(), settler.close())
        .<Void>mapEmpty()
        .onComplete(
            done -> {
              searchers.close();
              summer.close();
            });
  }

  /** The same answer, on the context that the caller of this method is on. */
  static <T> Future<T> answer(Future<T> result) {
    Context caller = Vertx.currentContext();
    if (caller == null) {
      return result;
    }
    Promise<T> promise = Promise.promise();
    result.onComplete(
        (value, failure) -> caller.runOnContext(v -> promise.complete(value, failure)));
    return promise.future();
  }
}
