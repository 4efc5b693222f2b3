package io.annals.store.cassandra;

import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * Threads for what takes longer than the driver's threads should be held: matching many rows,
 * making digests and looking through them. What waits for them is bounded by who asks.
 */
final class CassandraWorkers {
  private final ExecutorService threads;

  /** Named after what they do; daemons of low priority if it can wait. */
  CassandraWorkers(String name, int count, boolean canWait) {
    threads =
        Executors.newFixedThreadPool(
            count,
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              thread.setPriority(canWait ? Thread.MIN_PRIORITY : Thread.NORM_PRIORITY);
              return thread;
            });
  }

  /** What this work makes of a result, once it is there. */
  <A, B> Future<B> map(Future<A> result, Function<A, B> work) {
    return result.compose(
        value -> {
          Promise<B> promise = Promise.promise();
          try {
            threads.execute(
                () -> {
                  try {
                    promise.complete(work.apply(value));
                  } catch (RuntimeException e) {
                    promise.fail(CassandraFailures.translate(e));
                  }
                });
          } catch (RejectedExecutionException e) {
            promise.fail(new StoreException(Kind.UNAVAILABLE, "the store is closed", e));
          }
          return promise.future();
        });
  }

  /** Finishes what waits and takes nothing more. */
  void close() {
    threads.shutdown();
  }
}
