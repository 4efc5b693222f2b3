package io.annals.tck;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits in tests for what comes later. */
public final class Futures {
  private static final int SECONDS_MAX = 60;

  private Futures() {}

  /** The result of a call, or its failure; a call that takes a minute hangs. */
  public static <T> T await(Future<T> call) {
    try {
      return call.await(SECONDS_MAX, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no answer within " + SECONDS_MAX + " s", e);
    }
  }
}
