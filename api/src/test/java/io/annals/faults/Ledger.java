package io.annals.faults;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who was told what: of each sender, how many of its events, from the first, have their final
 * answer. Those of them that are not spoilt were acknowledged. Safe to use from any thread.
 */
final class Ledger {
  private final Map<Sender, Long> settled = new ConcurrentHashMap<>();

  void enter(Sender sender, long events) {
    settled.put(sender, events);
  }

  /** What stands there just now; senders without any answer are missing. */
  Map<Sender, Long> copy() {
    return Map.copyOf(settled);
  }
}
