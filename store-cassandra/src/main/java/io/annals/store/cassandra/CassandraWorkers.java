package io.annals.store.cassandra;

import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ExecutorServiceMetrics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Threads for what takes longer than the driver's threads should be held: matching many rows,
 * making digests and looking through them. What waits for them is bounded by who asks.
 */
final class CassandraWorkers {
  private final ScheduledExecutorService threads;

  /** Daemons named after what they do. */
  CassandraWorkers(String name, int count, MeterRegistry meters) {
    threads =
        Executors.newScheduledThreadPool(
            count,
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
    new ExecutorServiceMetrics(threads, name, Tags.empty()).bindTo(meters);
  }

  /** What this work makes of a result, once it is there. */
  <A, B> Future<B> map(Future<A> result, Function<A, B> work) {
    return result.compose(
        value -> {
          Promise<B> promise = Promise.promise();
          try {
            threads.execute(() -> run(work, value, promise));
          } catch (RejectedExecutionException e) {
            promise.fail(new StoreException(Kind.UNAVAILABLE, "the store is closed", e));
          }
          return promise.future();
        });
  }

  /** Does this work. */
  Future<Void> run(Runnable work) {
    return map(
        Future.succeededFuture(),
        nothing -> {
          work.run();
          return null;
        });
  }

  private static <A, B> void run(Function<A, B> work, A value, Promise<B> promise) {
    B made;
    try {
      made = work.apply(value);
    } catch (RuntimeException e) {
      promise.fail(CassandraFailures.translate(e));
      return;
    }
    promise.complete(made);
  }

  /** Runs this again and again, until they are closed; it must not throw. */
  void every(long millis, Runnable work) {
    ScheduledFuture<?> unused =
        threads.scheduleWithFixedDelay(work, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Takes nothing more. */
  void close() {
    threads.shutdown();
  }
}
