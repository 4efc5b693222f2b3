package io.annals.store.cassandra;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A floor of the index: the entries of one span of time.
 *
 * @param span the day or hour that it belongs to; null for the top, which holds months and days
 */
record CassandraFloor(@Nullable CassandraBucket span) {
  /** Months, days, and the days that have a floor. */
  static final CassandraFloor TOP = new CassandraFloor(null);

  private static final byte TOP_LEVEL = -1;

  /** The floor that the entry of a bucket of this level stands on. */
  static CassandraFloor of(CassandraBucket bucket) {
    return switch (bucket.level()) {
      case MONTH, DAY -> TOP;
      case HOUR, FIVE_MINUTES -> below(CassandraLevel.DAY, bucket.startMillis());
      case HALF_MINUTE, SECOND -> below(CassandraLevel.HOUR, bucket.startMillis());
    };
  }

  /** The floor of the day or hour that covers this time. */
  static CassandraFloor below(CassandraLevel level, long epochMillis) {
    return new CassandraFloor(CassandraBucket.covering(level, epochMillis));
  }

  /** The levels whose buckets stand on it, the coarser first. */
  List<CassandraLevel> levels() {
    if (span == null) {
      return List.of(CassandraLevel.MONTH, CassandraLevel.DAY);
    }
    return span.level() == CassandraLevel.DAY
        ? List.of(CassandraLevel.HOUR, CassandraLevel.FIVE_MINUTES)
        : List.of(CassandraLevel.HALF_MINUTE, CassandraLevel.SECOND);
  }

  /** The spans that lead from the top to the floor of this bucket, the nearest first. */
  static List<CassandraBucket> spansAbove(CassandraBucket bucket) {
    List<CassandraBucket> spans = new ArrayList<>(2);
    for (CassandraBucket span = of(bucket).span(); span != null; span = of(span).span()) {
      spans.add(span);
    }
    return spans;
  }

  /** The widest of the buckets and spans that are entered here. */
  CassandraLevel widest() {
    if (span == null) {
      return CassandraLevel.MONTH;
    }
    return span.level() == CassandraLevel.DAY ? CassandraLevel.HOUR : CassandraLevel.HALF_MINUTE;
  }

  /** Column {@code floor_level}. */
  byte level() {
    return span == null ? TOP_LEVEL : span.level().stored();
  }

  /** Column {@code floor_start}, epoch milliseconds. */
  long startMillis() {
    return span == null ? 0 : span.startMillis();
  }
}
