package io.annals.server;

import io.annals.store.Store;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/** Since when a store's database has not answered: it is asked every few seconds. */
final class StoreWatch {
  private static final long PERIOD_MILLIS = 2_000;

  private final Vertx vertx;
  private final Store store;
  private final long timer;
  private volatile double downSinceSeconds;

  /** Asks this open store from now on. */
  StoreWatch(Vertx vertx, Store store) {
    this.vertx = vertx;
    this.store = store;
    timer = vertx.setPeriodic(PERIOD_MILLIS, tick -> check());
  }

  private void check() {
    store
        .check()
        .timeout(PERIOD_MILLIS, TimeUnit.MILLISECONDS)
        .onSuccess(up -> downSinceSeconds = 0)
        .onFailure(
            down -> {
              if (downSinceSeconds == 0) {
                downSinceSeconds = System.currentTimeMillis() / 1e3;
              }
            });
  }

  /** Seconds of the epoch; 0 while it answers. */
  double downSinceSeconds() {
    return downSinceSeconds;
  }

  /** Asks no more. */
  Future<Void> close() {
    vertx.cancelTimer(timer);
    return Future.succeededFuture();
  }
}
