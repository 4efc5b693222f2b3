package io.annals.store.cassandra;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one writer knows of a token's buckets, and so where its next row goes. No I/O, not safe for
 * use by several threads.
 *
 * @param <F> what is kept of each bucket
 */
final class CassandraLayout<F extends CassandraFill> {
  /** Floors looked at longest ago are forgotten when there are more entries than this. */
  private static final int ENTRIES_MAX = 10_000;

  /** The top, a day and an hour are needed at the same time. */
  private static final int FLOORS_MIN = 3;

  /** How many of the buckets opened last tell how dense rows are. */
  private static final int OPENED_MAX = 4;

  /** A floor as it was when it was read, and what this writer added since. */
  private static final class View<F> {
    final Map<CassandraBucket, F> buckets = new HashMap<>();
    final Set<CassandraBucket> spans = new HashSet<>();
    long readAtMillis;

    int size() {
      return buckets.size() + spans.size();
    }
  }

  private final Function<CassandraBucket, F> kinds;
  private final Map<CassandraFloor, View<F>> views = new LinkedHashMap<>(4, 0.75f, true);
  private final Deque<CassandraFill> opened = new ArrayDeque<>(OPENED_MAX);
  private int entries;
  private @Nullable F last;
  private long lastSecond;

  /** A layout that knows nothing yet, and makes what it keeps of a bucket by this. */
  CassandraLayout(Function<CassandraBucket, F> kinds) {
    this.kinds = kinds;
  }

  /** How many entries it knows. */
  int size() {
    return entries;
  }

  /**
   * The floor that must be read before a row of this time can be placed; null if none.
   *
   * @param readSinceMillis floors that were read before do not count
   */
  @Nullable CassandraFloor missing(long createdAtMillis, long readSinceMillis) {
    CassandraFloor floor = CassandraFloor.TOP;
    while (true) {
      View<F> view = views.get(floor);
      if (view == null || view.readAtMillis < readSinceMillis) {
        return floor;
      }
      CassandraLevel below = spansOf(floor);
      if (below == null) {
        return null;
      }
      CassandraBucket span = CassandraBucket.covering(below, createdAtMillis);
      if (!view.spans.contains(span)) {
        return null;
      }
      floor = new CassandraFloor(span);
    }
  }

  private static @Nullable CassandraLevel spansOf(CassandraFloor floor) {
    CassandraBucket of = floor.span();
    if (of == null) {
      return CassandraLevel.DAY;
    }
    return of.level() == CassandraLevel.DAY ? CassandraLevel.HOUR : null;
  }

  /** Takes in what the index says about a floor, as of this time. */
  void learn(CassandraFloor floor, List<CassandraEntry> index, long readAtMillis) {
    View<F> view = views.computeIfAbsent(floor, unseen -> new View<>());
    int before = view.size();
    for (CassandraEntry entry : index) {
      if (entry.isSpan()) {
        view.spans.add(entry.bucket());
      } else {
        view.buckets.computeIfAbsent(entry.bucket(), kinds);
      }
    }
    entries += view.size() - before;
    view.readAtMillis = readAtMillis;
    last = null;
    for (CassandraEntry entry : index) {
      splitAround(entry.bucket(), entry.isSpan());
    }
    forget();
  }

  /** Where a row of this time goes; what is {@link #missing} has to be read first. */
  F place(long createdAtMillis, long bytes) {
    long second = CassandraLevel.SECOND.startOf(createdAtMillis);
    F place = last;
    if (place == null || second != lastSecond || place.isFull()) {
      place = find(createdAtMillis);
      last = place;
      lastSecond = second;
    }
    place.add(createdAtMillis, bytes);
    return place;
  }

  private F find(long createdAtMillis) {
    F finest = finest(createdAtMillis);
    if (finest == null) {
      return open(levelFor(createdAtMillis), createdAtMillis);
    }
    CassandraLevel level = finest.bucket().level();
    if (!finest.isFull() || level == CassandraLevel.SECOND) {
      return finest;
    }
    CassandraLevel fitting = levelFor(createdAtMillis);
    return open(fitting.isFinerThan(level) ? fitting : level.finer(), createdAtMillis);
  }

  /** The finest known bucket that covers this time. */
  private @Nullable F finest(long epochMillis) {
    F finest = null;
    @Nullable CassandraFloor floor = CassandraFloor.TOP;
    while (floor != null) {
      View<F> view = views.get(floor);
      if (view == null) {
        return finest;
      }
      for (CassandraLevel level : floor.levels()) {
        F found = view.buckets.get(CassandraBucket.covering(level, epochMillis));
        finest = found == null ? finest : found;
      }
      CassandraLevel below = spansOf(floor);
      CassandraBucket span = below == null ? null : CassandraBucket.covering(below, epochMillis);
      floor = span != null && view.spans.contains(span) ? new CassandraFloor(span) : null;
    }
    return finest;
  }

  /** Rows are as dense as around the nearest bucket: live rows and late ones may take turns. */
  private CassandraLevel levelFor(long epochMillis) {
    return opened.stream()
        .min(Comparator.comparingLong(fill -> fill.distanceMillis(epochMillis)))
        .or(() -> nearestLearned(epochMillis))
        .map(fill -> fill.levelFor(epochMillis))
        .orElse(CassandraLevel.MONTH);
  }

  private Optional<CassandraFill> nearestLearned(long epochMillis) {
    Comparator<CassandraFill> byDistance =
        Comparator.comparingLong(fill -> fill.distanceMillis(epochMillis));
    Comparator<CassandraFill> byLevel = Comparator.comparing(fill -> fill.bucket().level());
    return views.values().stream()
        .flatMap(view -> view.buckets.values().stream())
        .filter(fill -> !fill.isFull())
        .map(fill -> (CassandraFill) fill)
        .min(byDistance.thenComparing(byLevel.reversed()));
  }

  private F open(CassandraLevel level, long epochMillis) {
    F fill = kinds.apply(CassandraBucket.covering(level, epochMillis));
    View<F> top = views.get(CassandraFloor.TOP);
    if (top == null) {
      throw new IllegalStateException("nothing was read of the index yet");
    }
    CassandraBucket entry = fill.bucket();
    view(CassandraFloor.of(entry), top).buckets.put(entry, fill);
    entries++;
    for (CassandraBucket span : CassandraFloor.spansAbove(entry)) {
      entries += view(CassandraFloor.of(span), top).spans.add(span) ? 1 : 0;
    }
    splitAround(entry, false);
    if (opened.size() == OPENED_MAX) {
      opened.removeFirst();
    }
    opened.addLast(fill);
    forget();
    return fill;
  }

  /** A floor that nobody knew of was empty when the top was read. */
  private View<F> view(CassandraFloor floor, View<F> top) {
    return views.computeIfAbsent(
        floor,
        unseen -> {
          View<F> view = new View<>();
          view.readAtMillis = top.readAtMillis;
          return view;
        });
  }

  /** The known buckets that cover more than this entry's buckets take no further rows. */
  private void splitAround(CassandraBucket entry, boolean isSpan) {
    for (CassandraLevel level : CassandraLevel.values()) {
      if (entry.level().isFinerThan(level) || (isSpan && entry.level() == level)) {
        CassandraBucket wider = CassandraBucket.covering(level, entry.startMillis());
        View<F> view = views.get(CassandraFloor.of(wider));
        F fill = view == null ? null : view.buckets.get(wider);
        if (fill != null) {
          fill.split();
        }
      }
    }
  }

  /**
   * Forgets buckets and spans that are over, where they were read too long ago to place late rows
   * by: those have them read again, and rows of now never come into them. Without this, a token
   * that opens a bucket each second would remember thousands, and hundreds of such tokens would
   * push each other out.
   *
   * @param lateMillis rows before this time are late
   * @param readSinceMillis since when a floor must have been read for late rows
   */
  void forgetPast(long lateMillis, long readSinceMillis) {
    Predicate<CassandraBucket> isOver = bucket -> bucket.endMillis() <= lateMillis;
    for (View<F> view : views.values()) {
      if (view.readAtMillis < readSinceMillis) {
        entries -= view.size();
        view.buckets.keySet().removeIf(isOver);
        view.spans.removeIf(isOver);
        entries += view.size();
      }
    }
    views
        .entrySet()
        .removeIf(
            entry -> {
              CassandraBucket span = entry.getKey().span();
              return span != null && isOver.test(span) && entry.getValue().size() == 0;
            });
  }

  private void forget() {
    Iterator<View<F>> eldest = views.values().iterator();
    while (entries > ENTRIES_MAX && views.size() > FLOORS_MIN) {
      entries -= eldest.next().size();
      eldest.remove();
    }
  }
}
