package io.annals.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Lets one line a second into the log for each reason of what can happen with every request; it
 * says how many it stands for. Reasons have to be few. Safe to use from any thread.
 */
public final class LineRate {
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier nanoTime;
  private final Map<String, Reason> reasons = new ConcurrentHashMap<>();

  private static final class Reason {
    private long saidNanos;
    private long unsaid = -1;
  }

  /** With nothing said so far. */
  public LineRate() {
    this(System::nanoTime);
  }

  LineRate(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Has a line written, unless there was one for this reason within the last second.
   *
   * @param line is given what the line has to end with: how many were not written since the last
   */
  public void say(String reason, Consumer<String> line) {
    Reason known = reasons.computeIfAbsent(reason, first -> new Reason());
    long unsaid;
    synchronized (known) {
      long nowNanos = nanoTime.getAsLong();
      if (known.unsaid >= 0 && nowNanos - known.saidNanos < PERIOD_NANOS) {
        known.unsaid++;
        return;
      }
      unsaid = Math.max(0, known.unsaid);
      known.unsaid = 0;
      known.saidNanos = nowNanos;
    }
    line.accept(unsaid == 0 ? "" : " (and " + unsaid + " more since the last such line)");
  }
}
