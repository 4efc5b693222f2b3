package io.annals.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/** Closed loops: every worker sends again as soon as it has its answer. */
final class Load {
  private static final int SLACK_SECONDS = 60;

  private Load() {}

  /** One unit of work; how many events it got through. */
  interface Worker {
    Future<Integer> work();
  }

  /** The events a second that the workers get through together. */
  static double perSecond(List<? extends Worker> workers, int seconds) {
    LongAdder events = new LongAdder();
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    List<Future<?>> loops = new ArrayList<>();
    for (Worker worker : workers) {
      Promise<Void> done = Promise.promise();
      loop(worker, end, events, done);
      loops.add(done.future());
    }
    await(Future.all(loops), seconds + SLACK_SECONDS);
    return events.sum() * 1e9 / (System.nanoTime() - start);
  }

  private static void loop(Worker worker, long end, LongAdder events, Promise<Void> done) {
    if (System.nanoTime() >= end) {
      done.complete();
      return;
    }
    worker
        .work()
        .onComplete(
            count -> {
              events.add(count);
              loop(worker, end, events, done);
            },
            done::fail);
  }

  /** Times single units of work, one after the other, in nanoseconds. */
  static long[] latencies(Worker worker, int times) {
    long[] nanos = new long[times];
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      await(worker.work(), SLACK_SECONDS);
      nanos[i] = System.nanoTime() - start;
    }
    return nanos;
  }

  static <T> T await(Future<T> future) {
    return await(future, SLACK_SECONDS);
  }

  static <T> T await(Future<T> future, int seconds) {
    try {
      return future.await(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("no answer within " + seconds + " s", e);
    }
  }
}
