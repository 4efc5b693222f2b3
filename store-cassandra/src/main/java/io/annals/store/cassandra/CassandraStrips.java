package io.annals.store.cassandra;

import io.annals.model.TimeRange;
import io.annals.search.Digest;
import java.util.ArrayList;
import java.util.List;

/**
 * How a stretch of time is divided for its digest: consecutive strips, the newest first.
 *
 * @param endMillis the first epoch millisecond after the first strip
 * @param startsMillis the first epoch millisecond of each, descending
 */
record CassandraStrips(long endMillis, List<Long> startsMillis) {

  /** A span's: a day's hours, an hour's minutes. */
  static CassandraStrips ofSpan(CassandraBucket span) {
    int count = span.level() == CassandraLevel.DAY ? 24 : 60;
    long width = span.level().widthMillis() / count;
    List<Long> starts = new ArrayList<>(count);
    for (int strip = 1; strip <= count; strip++) {
      starts.add(span.endMillis() - strip * width);
    }
    return new CassandraStrips(span.endMillis(), starts);
  }

  /** The strip that holds this time, which is not before the last one. */
  int at(long epochMillis) {
    int strip = 0;
    while (startsMillis.get(strip) > epochMillis) {
      strip++;
    }
    return strip;
  }

  /** The times of the strips in a mask. */
  CassandraTimes times(long mask) {
    List<TimeRange> times = new ArrayList<>();
    long toMillis = endMillis;
    long fromMillis = endMillis;
    for (int strip = 0; strip < startsMillis.size(); strip++) {
      boolean isIn = ((mask >>> strip) & 1) == 1;
      if (!isIn && fromMillis < toMillis) {
        times.add(new TimeRange(fromMillis, toMillis));
      }
      fromMillis = startsMillis.get(strip);
      toMillis = isIn ? toMillis : fromMillis;
    }
    if (fromMillis < toMillis) {
      times.add(new TimeRange(fromMillis, toMillis));
    }
    return new CassandraTimes(times);
  }

  /** Divides events, which come newest first, into strips of about equal numbers. */
  static final class Builder {
    private final long endMillis;
    private final long eventsPerStrip;
    private final List<Long> startsMillis = new ArrayList<>();
    private long inStrip;
    private long lastMillis = Long.MAX_VALUE;

    /**
     * Strips for about so many events.
     *
     * @param endMillis the first epoch millisecond after all of them
     */
    Builder(long endMillis, long events) {
      this.endMillis = endMillis;
      eventsPerStrip = Math.max(1, (events + Digest.STRIPS_MAX - 1) / Digest.STRIPS_MAX);
    }

    /** The strip of the next event. Events of one millisecond share one. */
    int next(long epochMillis) {
      int last = startsMillis.size() - 1;
      boolean isFull = inStrip >= eventsPerStrip && last + 1 < Digest.STRIPS_MAX;
      if (last < 0 || (isFull && epochMillis < lastMillis)) {
        startsMillis.add(epochMillis);
        inStrip = 0;
        last++;
      }
      startsMillis.set(last, epochMillis);
      lastMillis = epochMillis;
      inStrip++;
      return last;
    }

    CassandraStrips build() {
      return new CassandraStrips(endMillis, List.copyOf(startsMillis));
    }
  }
}
