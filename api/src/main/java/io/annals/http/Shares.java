package io.annals.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Something bounded that many take from. Each may hold as much of it as is left free: one alone
 * half, two that want more than there is a third each, and who comes next still finds some (dynamic
 * thresholds; Choudhury and Hahne, IEEE/ACM Transactions on Networking 6, 1998). Whoever comes when
 * nothing is held is let in whatever the amount. Safe to use from any thread.
 *
 * @param <T> who takes
 */
public final class Shares<T> {
  private final long max;
  private final AtomicLong held = new AtomicLong();
  private final Map<T, Long> holders = new ConcurrentHashMap<>();

  /** Shares of so much. */
  public Shares(long max) {
    this.max = max;
  }

  /** Takes some for a holder; false, and nothing is taken, if that is more than its share. */
  public boolean take(T holder, long amount) {
    long ofAll = held.addAndGet(amount);
    long ofOne = holders.merge(holder, amount, Long::sum);
    if (ofOne <= max - ofAll || ofAll == amount) {
      return true;
    }
    give(holder, amount);
    return false;
  }

  /** Gives back what a holder has taken. */
  public void give(T holder, long amount) {
    holders.computeIfPresent(holder, (h, had) -> less(had, amount));
    held.addAndGet(-amount);
  }

  private static @Nullable Long less(long had, long by) {
    return had == by ? null : (Long) (had - by);
  }

  /** How much is held by all. */
  public long held() {
    return held.get();
  }
}
