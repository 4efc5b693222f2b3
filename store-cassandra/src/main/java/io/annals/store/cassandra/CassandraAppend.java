package io.annals.store.cassandra;

import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One caller's list on its way: acknowledged with its last part, refused with the first failure.
 */
final class CassandraAppend {
  private final Promise<Void> answer = Promise.promise();
  private final AtomicInteger partsLeft;
  private final long deadlineNanos;
  private volatile boolean refused;

  /** An append of so many parts, which are not to be sent after a deadline of the nano clock. */
  CassandraAppend(int parts, long deadlineNanos) {
    partsLeft = new AtomicInteger(parts);
    this.deadlineNanos = deadlineNanos;
  }

  Future<Void> future() {
    return answer.future();
  }

  /** So many of its parts are durable. */
  void stored(int parts) {
    if (partsLeft.addAndGet(-parts) == 0) {
      answer.tryComplete();
    }
  }

  /** One of its parts may not be stored, or not be found. */
  void refuse(StoreException failure) {
    refused = true;
    // Overload is said only where nothing was stored.
    answer.tryFail(
        failure.kind() == Kind.OVERLOADED
            ? new StoreException(Kind.UNAVAILABLE, failure.getMessage(), failure)
            : failure);
  }

  /** Whether its rows that wait need not be sent any more; refuses it if it waited too long. */
  boolean isGivenUp(long nowNanos) {
    if (!refused && nowNanos - deadlineNanos > 0) {
      refuse(new StoreException(Kind.TIMEOUT, "rows waited too long for Cassandra", null));
    }
    return refused;
  }
}
