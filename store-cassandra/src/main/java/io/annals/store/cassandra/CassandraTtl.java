package io.annals.store.cassandra;

import io.annals.store.ActivityPolicy;
import java.util.concurrent.TimeUnit;

/** How long what is written stays, in seconds. Cassandra takes 0 for ever, and 20 years at most. */
final class CassandraTtl {
  private static final long SECONDS_MAX = TimeUnit.DAYS.toSeconds(20 * 365);

  /** An entry outlives every row that it leads to. */
  private static final long ENTRY_EXTRA_MILLIS = TimeUnit.HOURS.toMillis(1);

  private CassandraTtl() {}

  /** For an event created then; 0 or less if it is gone already. */
  static int ofEvent(ActivityPolicy policy, long createdAtMillis) {
    return seconds(policy.goneAtMillis(createdAtMillis) - policy.clock().millis());
  }

  /** For what the index says about a bucket or a span. */
  static int ofEntry(ActivityPolicy policy, CassandraBucket bucket) {
    long goneAtMillis = policy.goneAtMillis(bucket.endMillis()) + ENTRY_EXTRA_MILLIS;
    return Math.max(1, seconds(goneAtMillis - policy.clock().millis()));
  }

  private static int seconds(long millis) {
    return (int) Math.min(SECONDS_MAX, millis / 1000);
  }
}
