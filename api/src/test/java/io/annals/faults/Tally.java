package io.annals.faults;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** What became of the requests of all clients together. Safe to use from any thread. */
final class Tally {
  /** Requests that were sent. */
  final LongAdder sent = new LongAdder();

  /** Those that were refused for now, with 429 or 503 and the time to wait. */
  final LongAdder refused = new LongAdder();

  /** Those that were cut off before a whole answer. */
  final LongAdder unanswered = new LongAdder();

  private final Queue<Long> stored = new ConcurrentLinkedQueue<>();

  /** Notes how long a write took that was acknowledged. */
  void stored(long millis) {
    stored.add(millis);
  }

  /** The time that 99 of 100 acknowledged writes did not exceed. */
  long storedMillis99() {
    long[] millis = stored.stream().mapToLong(Long::longValue).sorted().toArray();
    return millis.length == 0 ? 0 : millis[(int) (millis.length * 0.99)];
  }
}
