package io.annals.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that may be held at a time, by all event loops together. Whoever comes when nothing is held
 * is let in whatever the size, so that a small budget never refuses for good.
 */
public final class ByteBudget {
  private final long max;
  private final AtomicLong held = new AtomicLong();

  /** A budget of this many bytes. */
  public ByteBudget(long max) {
    this.max = max;
  }

  /** Takes bytes from the budget; false if there are not as many left. */
  public boolean take(long bytes) {
    long after = held.addAndGet(bytes);
    if (after > max && after != bytes) {
      held.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Gives bytes back. */
  public void give(long bytes) {
    held.addAndGet(-bytes);
  }

  /** Bytes that may be held. */
  public long max() {
    return max;
  }

  /** Bytes that are held just now. */
  public long held() {
    return held.get();
  }
}
