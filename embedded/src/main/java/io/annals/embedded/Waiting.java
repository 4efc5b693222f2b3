package io.annals.embedded;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what other processes do, and tell nobody about. */
final class Waiting {
  /** Far below what a server needs to start or stop, far above what a look costs. */
  private static final long LOOK_EVERY_MILLIS = 5;

  private Waiting() {}

  /**
   * Looks until something is done, or the time is over; returns whether it is done. An interrupt is
   * kept for the caller and does not end the wait: a server half started or stopped helps nobody,
   * and all waits are bounded.
   */
  static boolean until(Duration atMost, BooleanSupplier done) {
    long startNanos = System.nanoTime();
    boolean interrupted = false;
    try {
      while (!done.getAsBoolean()) {
        if (System.nanoTime() - startNanos > atMost.toNanos()) {
          return false;
        }
        try {
          Thread.sleep(LOOK_EVERY_MILLIS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
