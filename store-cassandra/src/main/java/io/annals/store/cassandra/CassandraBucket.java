package io.annals.store.cassandra;

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

  boolean covers(long epochMillis) {
    return epochMillis >= startMillis && epochMillis < endMillis();
  }
}
