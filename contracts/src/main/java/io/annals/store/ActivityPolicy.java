package io.annals.store;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * How long activity is kept, and how much work one search may be.
 *
 * <p>Every store forgets at the same moment: events vanish a whole UTC day at a time, when the
 * youngest that the day could hold is older than the retention.
 *
 * @param retentionDays for how many days events are kept, from 1
 * @param searchMillisMax how long one page of a search may scan, from 1
 * @param clock tells the time; all ages are measured by it
 */
public record ActivityPolicy(int retentionDays, int searchMillisMax, InstantSource clock) {
  private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

  /** Refuses what cannot be kept to. */
  public ActivityPolicy {
    if (retentionDays < 1 || searchMillisMax < 1) {
      throw new IllegalArgumentException(
          "activity.retentionDays and activity.searchMillisMax must be at least 1");
    }
  }

  /** Whether an event created at this epoch millisecond is older than the retention just now. */
  public boolean isExpired(long createdAtMillis) {
    return createdAtMillis < clock.millis() - retentionMillis();
  }

  /** The epoch millisecond, start of a UTC day, before which events are gone just now. */
  public long horizonMillis() {
    return startOfDay(clock.millis() - retentionMillis());
  }

  /** The epoch millisecond from which on an event created at this one is gone. */
  public long goneAtMillis(long createdAtMillis) {
    return startOfDay(createdAtMillis) + DAY_MILLIS + retentionMillis();
  }

  private long retentionMillis() {
    return retentionDays * DAY_MILLIS;
  }

  private static long startOfDay(long epochMillis) {
    return Math.floorDiv(epochMillis, DAY_MILLIS) * DAY_MILLIS;
  }
}
