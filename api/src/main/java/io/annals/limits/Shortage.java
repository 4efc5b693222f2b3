package io.annals.limits;

import io.annals.http.Refusal;
import io.annals.http.Refusal.Reason;
import java.util.concurrent.TimeUnit;

/** That nothing is left under a policy, and for how long. */
public final class Shortage {
  private final Policy policy;
  private final long waitNanos;

  Shortage(Policy policy, long waitNanos) {
    this.policy = policy;
    this.waitNanos = waitNanos;
  }

  /** How long nothing is left if nobody else takes anything; at least 1. */
  public long waitMillis() {
    return TimeUnit.NANOSECONDS.toMillis(waitNanos) + 1;
  }

  /**
   * The refusal of a request of which nothing was done. Of the limits it tells only the one that
   * was met: a client must not wait for another one because of it.
   */
  public Refusal refusal() {
    long seconds = Quota.secondsUp(waitNanos);
    return Refusal.of(
            Reason.TOO_MANY_REQUESTS,
            "more than %d %s per second (%s); nothing was stored"
                .formatted(policy.perSecond(), policy.unit(), policy.name()))
        .withHeader("Retry-After", String.valueOf(seconds))
        .withHeader(Allowance.LIMIT_FIELD, policy.limitItem(0, seconds));
  }
}
