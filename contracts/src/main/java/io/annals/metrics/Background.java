package io.annals.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that no caller waits for, so that nobody but its meters says how it goes: {@code
 * annals.background} times every run, {@code annals.background.failures} counts those that failed,
 * and {@code annals.background.last.success} says when the last one did not. Safe to use from any
 * thread.
 */
public final class Background {
  private final Timer runs;
  private final Counter failures;
  private volatile long lastSuccessMillis = System.currentTimeMillis();

  /**
   * Work of one kind. Before its first success, its beginning counts as one.
   *
   * @param task its name, as a label: a constant
   */
  public Background(MeterRegistry meters, String task) {
    runs =
        Timer.builder("annals.background")
            .tag("task", task)
            .description("How long work takes that no caller waits for")
            .register(meters);
    failures =
        Counter.builder("annals.background.failures")
            .tag("task", task)
            .description("Runs that failed; they are repeated")
            .register(meters);
    TimeGauge.builder(
            "annals.background.last.success", () -> lastSuccessMillis, TimeUnit.MILLISECONDS)
        .tag("task", task)
        .description("When a run last succeeded, since the epoch")
        .register(meters);
  }

  /** Does it once; what the work throws fails the future. */
  public <T> Future<T> run(Supplier<Future<T>> work) {
    long startNanos = System.nanoTime();
    return Future.succeededFuture()
        .compose(start -> work.get())
        .onComplete((result, failure) -> ended(startNanos, failure));
  }

  private void ended(long startNanos, @Nullable Throwable failure) {
    runs.record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
    if (failure == null) {
      lastSuccessMillis = System.currentTimeMillis();
    } else {
      failures.increment();
    }
  }
}
