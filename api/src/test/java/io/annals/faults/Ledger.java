package io.annals.faults;

import io.annals.e2e.Stream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who was told what: of each sender, how many of its events, from the first, have their final
 * answer. Those of them that are not spoilt were acknowledged. Safe to use from any thread.
 */
final class Ledger {
  private final Map<Sender, Long> settled = new ConcurrentHashMap<>();
  private final Map<Stream, Long> lastNanos = new ConcurrentHashMap<>();
  private final AtomicLong longestNanos = new AtomicLong();
  private final long startNanos = System.nanoTime();

  void enter(Sender sender, long events) {
    if (settled.getOrDefault(sender, 0L) == events) {
      return;
    }
    settled.put(sender, events);
    long nowNanos = System.nanoTime();
    Long last = lastNanos.put(sender.stream(), nowNanos);
    longestNanos.accumulateAndGet(nowNanos - (last == null ? startNanos : last), Math::max);
  }

  /** The longest that nobody was told anything final of one of the streams. */
  long longestGapMillis() {
    return TimeUnit.NANOSECONDS.toMillis(longestNanos.get());
  }

  /** What stands there just now; senders without any answer are missing. */
  Map<Sender, Long> copy() {
    return Map.copyOf(settled);
  }
}
