package io.annals.store.cassandra;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * Work that takes its turn in the order it came, so much of it at once: what many rows need one by
 * one must not fill the driver's queue, which reads wait in, too. How much waits is not bounded
 * here.
 */
final class CassandraTurns {
  private final int atOnce;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int underWay;
  private boolean isStarting;

  CassandraTurns(int atOnce) {
    this.atOnce = atOnce;
  }

  synchronized int underWay() {
    return underWay;
  }

  synchronized int waiting() {
    return waiting.size();
  }

  /** Begins this work when it is its turn. */
  <T> Future<T> run(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    synchronized (this) {
      waiting.add(() -> work.get().onComplete(v -> ended()).onComplete(promise));
    }
    start();
    return promise.future();
  }

  private synchronized void start() {
    if (isStarting) {
      return; // work that was done at once: the loop that began it goes on
    }
    isStarting = true;
    while (underWay < atOnce && !waiting.isEmpty()) {
      underWay++;
      waiting.remove().run();
    }
    isStarting = false;
  }

  private synchronized void ended() {
    underWay--;
    start();
  }
}
