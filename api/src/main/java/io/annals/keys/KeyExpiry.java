package io.annals.keys;

import io.annals.metrics.Background;
import io.annals.store.KeyStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the store write down which tokens expired, every few seconds. That they are refused does not
 * wait for it.
 */
public final class KeyExpiry {
  private static final Logger LOG = LoggerFactory.getLogger(KeyExpiry.class);
  private static final long PERIOD_MILLIS = TimeUnit.SECONDS.toMillis(2);

  private final Vertx vertx;
  private final KeyStore keys;
  private final InstantSource clock;
  private final Background background;
  private final Counter expired;
  private final long timerId;
  private Future<?> running = Future.succeededFuture();
  private boolean closed;
  private volatile boolean failing;

  private KeyExpiry(
      Vertx vertx, KeyStore keys, InstantSource clock, long periodMillis, MeterRegistry meters) {
    this.vertx = vertx;
    this.keys = keys;
    this.clock = clock;
    background = new Background(meters, "key_expiry");
    expired =
        Counter.builder("annals.keys.expired")
            .description("Tokens whose expiry was written down")
            .register(meters);
    timerId = vertx.setPeriodic(periodMillis, id -> expire());
  }

  /** Begins, and goes on until it is closed. */
  public static KeyExpiry start(
      Vertx vertx, KeyStore keys, InstantSource clock, MeterRegistry meters) {
    return start(vertx, keys, clock, PERIOD_MILLIS, meters);
  }

  static KeyExpiry start(
      Vertx vertx, KeyStore keys, InstantSource clock, long periodMillis, MeterRegistry meters) {
    return new KeyExpiry(vertx, keys, clock, periodMillis, meters);
  }

  private synchronized void expire() {
    if (running.isComplete() && !closed) {
      running =
          background
              .run(() -> keys.expire(clock.millis()))
              .onSuccess(this::succeeded)
              .onFailure(this::failed);
    }
  }

  private void succeeded(int written) {
    if (failing) {
      failing = false;
      LOG.info("tokens that expire are written down again");
    }
    expired.increment(written);
    if (written > 0) {
      LOG.info("tokens expired: {}", written);
    }
  }

  /** Once for each time that it begins to fail: it is tried again and again. */
  private void failed(Throwable failure) {
    if (!failing) {
      failing = true;
      LOG.warn("which tokens expired cannot be written down: {}", failure.getMessage());
    }
  }

  /** Ends it; succeeds when nothing is under way any more. */
  public synchronized Future<?> close() {
    closed = true;
    vertx.cancelTimer(timerId);
    return running.otherwiseEmpty();
  }
}
