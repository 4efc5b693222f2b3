package io.annals.search;

import java.util.concurrent.TimeUnit;

/**
 * The time that a search may take for one page. Another step is begun as long as one that takes as
 * long as the last would end in time; so a page ends within its time unless a single step is
 * slower. For one thread at a time.
 */
public final class SearchBudget {
  private final long endNanos;
  private long lastNanos = System.nanoTime();

  /** So many milliseconds from now on. */
  public SearchBudget(long millis) {
    endNanos = lastNanos + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Whether there is time for another step; to be asked after each. */
  public boolean hasTimeForAnotherStep() {
    long now = System.nanoTime();
    long stepNanos = now - lastNanos;
    lastNanos = now;
    return endNanos - now >= stepNanos;
  }
}
