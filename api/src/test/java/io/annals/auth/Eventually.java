package io.annals.auth;

import java.util.concurrent.TimeUnit;

/** Waits for what another thread does in its own time. */
public final class Eventually {
  private Eventually() {}

  /** Until the assertion holds; fails as it does after 10 seconds. */
  public static void within10Seconds(Runnable assertion) {
    within(10, assertion);
  }

  /** The same after so many seconds. */
  public static void within(int seconds, Runnable assertion) {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
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
