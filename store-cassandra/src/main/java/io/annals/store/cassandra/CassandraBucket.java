package io.annals.store.cassandra;

import io.annals.model.TimeRange;

/**
 * A stretch of a token's time whose events share a partition.
 *
 * @param startMillis epoch milliseconds, a multiple of the level's width
 */
record CassandraBucket(CassandraLevel level, long startMillis) {

  /** The bucket of this level that covers this time. */
  static CassandraBucket covering(CassandraLevel level, long epochMillis) {
    return new CassandraBucket(level, level.startOf(epochMillis));
  }

  /** The first epoch millisecond after it. */
  long endMillis() {
    return startMillis + level.widthMillis();
  }

  /** The part of a range that it covers; only of one that it overlaps. */
  TimeRange part(TimeRange range) {
    return new TimeRange(
        Math.max(startMillis, range.fromMillis()), Math.min(endMillis(), range.toMillis()));
  }

  boolean isWithin(TimeRange range) {
    return startMillis >= range.fromMillis() && endMillis() <= range.toMillis();
  }

  boolean overlaps(TimeRange range) {
    return startMillis < range.toMillis() && endMillis() > range.fromMillis();
  }

  boolean covers(long epochMillis) {
    return epochMillis >= startMillis && epochMillis < endMillis();
  }
}
