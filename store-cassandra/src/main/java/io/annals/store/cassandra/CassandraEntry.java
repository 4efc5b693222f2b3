package io.annals.store.cassandra;

import com.datastax.oss.driver.api.core.uuid.Uuids;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A line of the index.
 *
 * @param bucket the bucket, or the stretch of time of the span
 * @param isSpan whether a floor of its own is meant, not rows
 * @param changed a time-based uuid, set anew when something was written after it may be over
 * @param settled the last sum; {@link Sum#NONE} where there is none
 */
record CassandraEntry(CassandraBucket bucket, boolean isSpan, UUID changed, Sum settled) {
  static final UUID NO_CHANGE = new UUID(0, 0);

  /**
   * A sum of events.
   *
   * @param of what {@code changed} was when it was begun
   */
  record Sum(UUID of, long events) {
    static final Sum NONE = new Sum(NO_CHANGE, 0);
  }

  /** The exact number of events; empty if there is none, or if something was written since. */
  OptionalLong events() {
    return settled.of().equals(changed) && !changed.equals(NO_CHANGE)
        ? OptionalLong.of(settled.events())
        : OptionalLong.empty();
  }

  /** When {@link #changed} was set, in epoch milliseconds of the clock of whoever did it. */
  long changedAtMillis() {
    return changed.equals(NO_CHANGE) ? Long.MIN_VALUE : Uuids.unixTimestamp(changed);
  }

  /** A new value for {@link #changed}, like no other, that tells this time. */
  static UUID changeAt(long nowMillis) {
    long variant = 0x8000_0000_0000_0000L;
    long random = ThreadLocalRandom.current().nextLong() >>> 2;
    return new UUID(Uuids.startOf(nowMillis).getMostSignificantBits(), variant | random);
  }
}
