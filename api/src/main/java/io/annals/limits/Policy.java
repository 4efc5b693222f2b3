package io.annals.limits;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;

/**
 * A quota that is handed out evenly over a window, as a bucket of tokens: full, it holds the quota,
 * and once empty it takes the window to fill.
 *
 * @param name how the {@code RateLimit} fields call it
 * @param unit what a token stands for, in the plural
 * @param perSecond tokens that are added in a second
 * @param windowSeconds the size of the bucket, in seconds' worth
 */
record Policy(String name, String unit, int perSecond, int windowSeconds) {
  private static final String DEFAULT_UNIT = "requests";

  long quota() {
    return (long) perSecond * windowSeconds;
  }

  /** A full bucket, to be used by one thread at a time. */
  Bucket newBucket(TimeMeter clock) {
    return Bucket.builder()
        .addLimit(
            limit ->
                limit.capacity(quota()).refillGreedy(quota(), Duration.ofSeconds(windowSeconds)))
        .withCustomTimePrecision(clock)
        .withSynchronizationStrategy(SynchronizationStrategy.NONE)
        .build();
  }

  /**
   * Its item of the field {@code RateLimit-Policy} (draft-ietf-httpapi-ratelimit-headers-11,
   * section 3.1). Events are no unit of the draft's registry; without one, requests are meant.
   */
  String policyItem() {
    String quotaUnit = unit.equals(DEFAULT_UNIT) ? "" : ";qu=\"" + unit + "\"";
    return "\"%s\";q=%d%s;w=%d".formatted(name, quota(), quotaUnit, windowSeconds);
  }

  /**
   * Its item of the field {@code RateLimit} (section 4.1 of the draft).
   *
   * @param left tokens that are left, not negative
   * @param seconds the time in which no more than those should be used
   */
  String limitItem(long left, long seconds) {
    return "\"" + name + "\";r=" + left + ";t=" + seconds;
  }
}
