package io.annals.store.postgres;

import io.annals.model.TenantId;
import io.annals.store.StoreException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One caller's list on its way into a transaction.
 *
 * @param <E> what it lists
 * @param <R> what the caller is told when it is durable
 */
abstract class PostgresAppend<E, R> {
  private final TenantId tenant;
  private final List<E> events;
  private final long sinceNanos = System.nanoTime();
  private final Promise<R> promise = Promise.promise();
  private final @Nullable Context caller = Vertx.currentContext();
  private boolean answered;

  PostgresAppend(TenantId tenant, List<E> events) {
    this.tenant = tenant;
    this.events = events;
  }

  final TenantId tenant() {
    return tenant;
  }

  final List<E> events() {
    return events;
  }

  /** How many events it holds. */
  final int size() {
    return events.size();
  }

  /** How long its caller has been waiting. */
  final long waitedMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNanos);
  }

  /** The ids that no other list of the same transaction may hold. */
  abstract Set<UUID> exclusiveIds();

  /** The answer, which reaches the caller on the context that it called from. */
  final Future<R> future() {
    return promise.future();
  }

  /** Whether the caller has, or is about to get, an answer. For the writer that holds it. */
  final boolean isAnswered() {
    return answered;
  }

  /** Answers the caller after the commit. */
  final void acknowledge(R result) {
    answer(() -> promise.tryComplete(result));
  }

  /** Answers the caller that nothing was stored, or that nobody knows. */
  final void refuse(StoreException failure) {
    answer(() -> promise.tryFail(failure));
  }

  private void answer(Runnable completion) {
    answered = true;
    if (caller == null) {
      completion.run();
    } else {
      caller.runOnContext(v -> completion.run());
    }
  }
}
