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
  private final CassandraWriter writer;

  /** Prepares all statements; blocks. */
  CassandraActivityStore(CqlSession session, ActivityPolicy policy, int timeoutMillis) {
    CassandraIndex index = new CassandraIndex(session, policy);
    writer = new CassandraWriter(session, index, policy, timeoutMillis);
  }

  @Override
  public Future<Void> append(TenantId tenant, List<NewActivity> events) {
    return answer(writer.append(tenant, events));
  }

  @Override
  public Future<Optional<ActivityPage>> page(TenantId tenant, ActivityQuery query) {
    throw new UnsupportedOperationException("to be written");
  }

  /** Takes nothing further in, and succeeds when all that was taken is answered. */
  Future<Void> close() {
    return writer.close();
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
