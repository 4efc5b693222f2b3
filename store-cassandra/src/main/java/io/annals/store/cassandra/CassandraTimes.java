package io.annals.store.cassandra;

import io.annals.model.ActivityPosition;
import io.annals.model.TimeRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Stretches of time that are of interest, none of them empty.
 *
 * @param newestFirst disjoint, from the latest to the earliest
 */
record CassandraTimes(List<TimeRange> newestFirst) {
  private static final CassandraTimes NONE = new CassandraTimes(List.of());

  /** One half-open stretch; none at all if it is empty. */
  static CassandraTimes of(long fromMillis, long toMillis) {
    return fromMillis < toMillis
        ? new CassandraTimes(List.of(new TimeRange(fromMillis, toMillis)))
        : NONE;
  }

  boolean isEmpty() {
    return newestFirst.isEmpty();
  }

  /** The latest stretch. */
  TimeRange newest() {
    return newestFirst.get(0);
  }

  /** The first epoch millisecond of all. */
  long startMillis() {
    return newestFirst.get(newestFirst.size() - 1).fromMillis();
  }

  /** The lower of a position and the end of the latest stretch; the position if there is none. */
  ActivityPosition bound(ActivityPosition below) {
    if (isEmpty()) {
      return below;
    }
    ActivityPosition end = ActivityPosition.before(newest().toMillis());
    return end.compareTo(below) < 0 ? end : below;
  }

  /** All but the latest stretch. */
  CassandraTimes older() {
    return new CassandraTimes(newestFirst.subList(1, newestFirst.size()));
  }

  /** What lies in a bucket or span too. */
  CassandraTimes within(CassandraBucket bucket) {
    return and(of(bucket.startMillis(), bucket.endMillis()));
  }

  /** What lies in both. */
  CassandraTimes and(CassandraTimes others) {
    List<TimeRange> both = new ArrayList<>();
    int own = 0;
    int other = 0;
    while (own < newestFirst.size() && other < others.newestFirst.size()) {
      TimeRange a = newestFirst.get(own);
      TimeRange b = others.newestFirst.get(other);
      long from = Math.max(a.fromMillis(), b.fromMillis());
      long to = Math.min(a.toMillis(), b.toMillis());
      if (from < to) {
        both.add(new TimeRange(from, to));
      }
      if (a.fromMillis() >= b.fromMillis()) {
        own++;
      } else {
        other++;
      }
    }
    return new CassandraTimes(both);
  }
}
