package io.annals.limits;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.TimeMeter;
import java.util.concurrent.TimeUnit;

/**
 * What one tenant or credential has left under one policy. Whoever comes while anything is left is
 * let in, and what it takes beyond that is a debt, which later ones wait for: so a batch that is
 * larger than the bucket passes, and one that many small requests go on beside does as well. Safe
 * to use from any thread.
 */
final class Quota {
  private final Policy policy;
  private final Bucket bucket;

  Quota(Policy policy, TimeMeter clock) {
    this.policy = policy;
    bucket = policy.newBucket(clock);
  }

  Policy policy() {
    return policy;
  }

  /**
   * Takes tokens, at least one.
   *
   * @return 0, or if nothing is left and nothing was taken, the nanoseconds until something is
   */
  synchronized long take(long tokens) {
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      return probe.getNanosToWaitForRefill();
    }
    if (tokens > 1) {
      bucket.consumeIgnoringRateLimits(tokens - 1);
    }
    return 0;
  }

  /** Gives back tokens that were taken and not used. */
  synchronized void give(long tokens) {
    bucket.addTokens(tokens);
  }

  /** Its state as an item of the field {@code RateLimit}; spent evenly, it never runs out. */
  synchronized String limitItem() {
    EstimationProbe probe = bucket.estimateAbilityToConsume(1);
    long left = Math.max(0, probe.getRemainingTokens());
    return policy.limitItem(
        left,
        left > 0
            ? (left + policy.perSecond() - 1) / policy.perSecond()
            : secondsUp(probe.getNanosToWaitForRefill()));
  }

  /** Whole seconds that are not shorter. */
  static long secondsUp(long nanos) {
    long second = TimeUnit.SECONDS.toNanos(1);
    return nanos / second + (nanos % second > 0 ? 1 : 0);
  }
}
