package io.annals.store.cassandra;

import java.time.Duration;

/** The ladder of bucket widths, coarsest first; each is a multiple of the next. */
enum CassandraLevel {
  MONTH(Duration.ofDays(30)),
  DAY(Duration.ofDays(1)),
  HOUR(Duration.ofHours(1)),
  FIVE_MINUTES(Duration.ofMinutes(5)),
  HALF_MINUTE(Duration.ofSeconds(30)),
  SECOND(Duration.ofSeconds(1));

  private final long widthMillis;

  CassandraLevel(Duration width) {
    widthMillis = width.toMillis();
  }

  long widthMillis() {
    return widthMillis;
  }

  /** The start, in epoch milliseconds, of the stretch of this level that holds this time. */
  long startOf(long epochMillis) {
    return Math.floorDiv(epochMillis, widthMillis) * widthMillis;
  }

  /** The finest level is {@link #SECOND}. */
  boolean isFinerThan(CassandraLevel other) {
    return compareTo(other) > 0;
  }
}
