package io.annals.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
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
  private final CassandraWorkers searchers = new CassandraWorkers("annals-search", SEARCHERS);
  private final CassandraWorkers summer = new CassandraWorkers("annals-sum", 1);

  /** Prepares all statements; blocks. */
  CassandraActivityStore(CqlSession session, ActivityPolicy policy, int timeoutMillis) {
    CassandraUnsettled unsettled = new CassandraUnsettled(policy.clock());
    CassandraIndex index = new CassandraIndex(session, policy, unsettled);
    writer = new CassandraWriter(session, index, policy, timeoutMillis);
    tables =
        new CassandraTables(
            index,
            new CassandraEvents(session),
            new CassandraDigests(session, policy, searchers),
            unsettled);
    settler = new CassandraSettler(tables, summer, policy);
    reader = new CassandraReader(session, tables, searchers, policy);
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
