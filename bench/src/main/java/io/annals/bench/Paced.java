package io.annals.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Recorder;

/**
 * An open loop: work is due at a steady rate, whether or not the one before has its answer. Times
 * count from when it was due, so a pause of the server is seen by all who would have come in it
 * (Tene, "How NOT to Measure Latency", 2013: coordinated omission).
 */
final class Paced {
  private final Vertx vertx;
  private final Load.Worker worker;
  private final long apartNanos;
  private final Recorder micros;
  private final long endNanos;
  private final Promise<Void> done = Promise.promise();
  private long dueNanos;

  private Paced(
      Vertx vertx,
      Load.Worker worker,
      double perSecond,
      Recorder micros,
      long startNanos,
      long endNanos) {
    this.vertx = vertx;
    this.worker = worker;
    this.apartNanos = (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
    this.micros = micros;
    this.endNanos = endNanos;
    dueNanos = startNanos;
  }

  /**
   * Works until this time, of {@link System#nanoTime()}.
   *
   * @param micros takes how long each took, in microseconds
   * @return fails as soon as the work does
   */
  static Future<Void> run(
      Vertx vertx, Load.Worker worker, double perSecond, Recorder micros, long endNanos) {
    Paced paced = new Paced(vertx, worker, perSecond, micros, System.nanoTime(), endNanos);
    paced.next();
    return paced.done.future();
  }

  private void next() {
    if (dueNanos >= endNanos) {
      done.complete();
      return;
    }
    long waitMillis = TimeUnit.NANOSECONDS.toMillis(dueNanos - System.nanoTime());
    if (waitMillis > 0) {
      vertx.setTimer(waitMillis, id -> work());
    } else {
      work();
    }
  }

  private void work() {
    long wasDueNanos = Math.min(dueNanos, System.nanoTime()); // timers may be early
    worker
        .work()
        .onSuccess(
            count -> {
              micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - wasDueNanos));
              dueNanos += apartNanos;
              next();
            })
        .onFailure(done::tryFail);
  }
}
