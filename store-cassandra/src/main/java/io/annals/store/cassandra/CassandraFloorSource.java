package io.annals.store.cassandra;

import io.annals.model.ActivityPosition;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the entries of a floor lead to, read a slice at a time from the latest start down. */
final class CassandraFloorSource implements CassandraSource {
  /**
   * How many entries are read at once: more than start within the widest bucket of a floor, so that
   * a slice settles what comes first. At least one more than may start at the same time, four.
   */
  static final int SLICE_ENTRIES = 80;

  private final CassandraScan scan;
  private final CassandraToken token;
  private final CassandraFloor floor;
  private final CassandraTimes times;
  private final Map<CassandraFloor, Future<List<CassandraEntry>>> ahead;
  private boolean isBegun;
  private long fromStartMillis;
  private ActivityPosition below;

  /**
   * The events of a floor.
   *
   * @param times not empty
   * @param ahead first slices of floors that are being read already
   */
  CassandraFloorSource(
      CassandraScan scan,
      CassandraToken token,
      CassandraFloor floor,
      CassandraTimes times,
      ActivityPosition below,
      Map<CassandraFloor, Future<List<CassandraEntry>>> ahead) {
    this.scan = scan;
    this.token = token;
    this.floor = floor;
    this.times = times;
    this.ahead = ahead;
    this.below = times.bound(below);
    this.fromStartMillis = this.below.createdAtMillis();
  }

  @Override
  public ActivityPosition bound() {
    return below;
  }

  @Override
  public CassandraLevel level() {
    return floor.widest();
  }

  @Override
  public long startMillis() {
    return times.startMillis();
  }

  @Override
  public boolean mayYieldRows() {
    return false;
  }

  @Override
  public Future<List<CassandraSource>> read(int rowsMax) {
    Future<List<CassandraEntry>> first = isBegun ? null : ahead.get(floor);
    isBegun = true;
    return (first != null ? first : scan.entries(token, floor, fromStartMillis, SLICE_ENTRIES))
        .compose(entries -> follow(entries, rowsMax));
  }

  private Future<List<CassandraSource>> follow(List<CassandraEntry> entries, int rowsMax) {
    List<CassandraSource> sources = new ArrayList<>();
    List<Future<List<CassandraSource>>> reading = new ArrayList<>();
    for (CassandraEntry entry : lastStartComplete(entries)) {
      CassandraTimes wanted = times.within(entry.bucket());
      if (!wanted.isEmpty()) {
        CassandraSource source = scan.source(token, entry, wanted, below, ahead);
        if (entry.isSpan() && ahead.containsKey(new CassandraFloor(entry.bucket()))) {
          reading.add(source.read(rowsMax));
        } else {
          sources.add(source);
        }
      }
    }
    if (entries.size() == SLICE_ENTRIES) {
      goOn(entries.get(SLICE_ENTRIES - 1).bucket().startMillis(), sources);
    }
    return Future.all(reading)
        .map(
            done -> {
              reading.forEach(read -> sources.addAll(read.result()));
              return sources;
            });
  }

  /** A full slice may have cut through the entries of its last start: they are read again. */
  private static List<CassandraEntry> lastStartComplete(List<CassandraEntry> entries) {
    if (entries.size() < SLICE_ENTRIES) {
      return entries;
    }
    long cut = entries.get(SLICE_ENTRIES - 1).bucket().startMillis();
    return entries.stream().filter(entry -> entry.bucket().startMillis() > cut).toList();
  }

  private void goOn(long startMillis, List<CassandraSource> sources) {
    fromStartMillis = startMillis;
    long endMillis = startMillis + level().widthMillis();
    if (endMillis > times.startMillis()) {
      ActivityPosition end = ActivityPosition.before(endMillis);
      below = end.compareTo(below) < 0 ? end : below;
      sources.add(this);
    }
  }
}
