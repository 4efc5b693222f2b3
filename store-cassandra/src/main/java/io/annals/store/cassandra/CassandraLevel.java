package io.annals.store.cassandra;

import java.time.Duration;
import java.util.List;

/** The ladder of bucket widths, coarsest first; each is a multiple of the next. */
enum CassandraLevel {
  MONTH(0, Duration.ofDays(30)),
  DAY(1, Duration.ofDays(1)),
  HOUR(2, Duration.ofHours(1)),
  FIVE_MINUTES(3, Duration.ofMinutes(5)),
  HALF_MINUTE(4, Duration.ofSeconds(30)),
  SECOND(5, Duration.ofSeconds(1));

  private static final List<CassandraLevel> BY_STORED = List.of(values());

  private final byte stored;
  private final long widthMillis;

  CassandraLevel(int stored, Duration width) {
    this.stored = (byte) stored;
    widthMillis = width.toMillis();
  }

  /** The level that a column {@code level} names. */
  static CassandraLevel of(byte stored) {
    return BY_STORED.get(stored);
  }

  /** As column {@code level} names it. */
  byte stored() {
    return stored;
  }

  long widthMillis() {
    return widthMillis;
  }

  /** The start, in epoch milliseconds, of the stretch of this level that holds this time. */
  long startOf(long epochMillis) {
    return Math.floorDiv(epochMillis, widthMillis) * widthMillis;
  }

  /** The levels that are wider, widest first. */
  List<CassandraLevel> wider() {
    return BY_STORED.subList(0, stored);
  }

  /** The next one down the ladder; the finest stays. */
  CassandraLevel finer() {
    return this == SECOND ? SECOND : BY_STORED.get(stored + 1);
  }

  /** The finest level is {@link #SECOND}. */
  boolean isFinerThan(CassandraLevel other) {
    return compareTo(other) > 0;
  }
}
