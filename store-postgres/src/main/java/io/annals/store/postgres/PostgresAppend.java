package io.annals.store.postgres;

import io.annals.store.StoreException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One caller's list on its way into a transaction.
 *
 * @param <R> what the caller is told when it is durable
 */
abstract class PostgresAppend<R> {
  private final Promise<R> promise = Promise.promise();
  private final @Nullable Context caller = Vertx.currentContext();
  private boolean answered;

  /** How many events it holds. */
  abstract int size();

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
