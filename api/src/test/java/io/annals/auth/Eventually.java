package io.annals.auth;

import java.util.concurrent.TimeUnit;

/** Waits for what another thread does in its own time. */
public final class Eventually {
  private Eventually() {}

  /** Until the assertion holds; fails as it does after 10 seconds. */
  public static void within10Seconds(Runnable assertion) {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (true) {
      try {
        assertion.run();
        return;
      } catch (AssertionError e) {
        if (System.nanoTime() > deadlineNanos) {
          throw e;
        }
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
