package io.annals.store.cassandra;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/** Does the same with each of many things, a few at once. */
final class CassandraLanes<T> {
  private final Iterator<T> items;
  private final int atOnce;
  private final Function<T, Future<Long>> work;
  private final Promise<Long> done = Promise.promise();
  private int underWay;
  private long sum;

  private boolean isStarting;

  private CassandraLanes(Collection<T> items, int atOnce, Function<T, Future<Long>> work) {
    this.items = List.copyOf(items).iterator();
    this.atOnce = atOnce;
    this.work = work;
  }

  /** The sum of what the work yields. */
  static <T> Future<Long> sum(Collection<T> items, int atOnce, Function<T, Future<Long>> work) {
    CassandraLanes<T> lanes = new CassandraLanes<>(items, atOnce, work);
    lanes.start();
    return lanes.done.future();
  }

  private synchronized void start() {
    if (isStarting) {
      return; // work that was done at once: the loop that began it goes on
    }
    isStarting = true;
    while (underWay < atOnce && items.hasNext() && !done.future().isComplete()) {
      underWay++;
      work.apply(items.next()).onSuccess(this::add).onFailure(done::tryFail);
    }
    isStarting = false;
    if (underWay == 0) {
      done.tryComplete(sum);
    }
  }

  private synchronized void add(long amount) {
    underWay--;
    sum += amount;
    start();
  }
}
