package io.annals.store.cassandra;

import io.annals.model.ActivityPosition;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Merges sources into one sequence of events, the newest first, each once. It reads what can hold
 * the next event, and with it, the more the longer it looks, what comes after. Between two readings
 * it runs on the thread that the last answer came on.
 */
final class CassandraWalk {
  /** The most sources that are read at once. */
  static final int READS_MAX = 16;

  /** So many sources are each asked for all the rows that are wanted; more share the work. */
  private static final int FEW = 4;

  private static final int ROWS_MIN = 16;

  /** What becomes of the events. */
  interface Sink {
    /** How many more events are of use just now; 0 ends the walk. */
    int wanted();

    /** Takes the next event, from a source of this level. */
    void take(CassandraStored row, CassandraLevel level);

    /** Whether to stop before reading what lies below this position. */
    default boolean stopsAt(ActivityPosition bound) {
      return false;
    }
  }

  private final PriorityQueue<CassandraSource> sources =
      new PriorityQueue<>(CassandraSource.NEWEST_FIRST);
  private final Sink sink;
  private final Promise<@Nullable ActivityPosition> ended = Promise.promise();
  private @Nullable ActivityPosition last;
  private int readsMax = 2;
  private int usedUp;
  private int rows;

  private CassandraWalk(Collection<? extends CassandraSource> sources, Sink sink) {
    this.sources.addAll(sources);
    this.sink = sink;
  }

  /**
   * Walks until the sink wants no more, or there is nothing more.
   *
   * @return the position that the sink stopped it at; null if it ended otherwise
   */
  static Future<@Nullable ActivityPosition> run(
      Collection<? extends CassandraSource> sources, Sink sink) {
    CassandraWalk walk = new CassandraWalk(sources, sink);
    walk.goOn();
    return walk.ended.future();
  }

  private void goOn() {
    try {
      while (sink.wanted() > 0 && !sources.isEmpty()) {
        CassandraStored row = sources.element().head();
        if (row != null) {
          take(row);
        } else if (sink.stopsAt(sources.element().bound())) {
          ended.complete(sources.element().bound());
          return;
        } else {
          read(next());
          return;
        }
      }
      ended.complete(null);
    } catch (RuntimeException e) {
      ended.tryFail(CassandraFailures.translate(e));
    }
  }

  private void take(CassandraStored row) {
    CassandraSource source = sources.remove();
    rows++;
    ActivityPosition position = row.position();
    if (!position.equals(last)) {
      last = position;
      sink.take(row, source.level());
    }
    if (source.pass()) {
      sources.add(source);
    }
    usedUp += source.head() == null ? 1 : 0;
  }

  private void read(List<CassandraSource> next) {
    int wanted = Math.min(sink.wanted(), CassandraEvents.ROWS_MAX);
    int share = next.size() <= FEW ? wanted : FEW * wanted / next.size();
    List<Future<List<CassandraSource>>> reading = new ArrayList<>(next.size());
    for (int i = 0; i < next.size(); i++) {
      // A wide bucket with a finer one inside is mostly from quieter times: a glance at it will do.
      boolean isWider = i + 1 < next.size() && isInside(next.get(i + 1), next.get(i));
      reading.add(next.get(i).read(Math.min(wanted, Math.max(ROWS_MIN, isWider ? 0 : share))));
    }
    Future.all(reading)
        .onComplete(
            done -> {
              if (done.failed()) {
                ended.fail(done.cause());
                return;
              }
              for (int i = 0; i < next.size(); i++) {
                List<CassandraSource> found = reading.get(i).result();
                boolean isEmpty = found.stream().allMatch(source -> source.head() == null);
                usedUp += isEmpty && next.get(i).mayYieldRows() ? 1 : 0;
                sources.addAll(found);
              }
              goOn();
            });
  }

  /**
   * The newest source, what overlaps with it (and with the next, and so on: a bucket inside of a
   * wider one), and as many more as will yield what is wanted, by what is known of them or else if
   * they are like those before.
   */
  private List<CassandraSource> next() {
    int atOnce = atOnce();
    long rowsExpected = 0;
    List<CassandraSource> next = new ArrayList<>();
    List<CassandraSource> others = new ArrayList<>();
    while (!sources.isEmpty() && next.size() < READS_MAX) {
      CassandraSource source = sources.remove();
      CassandraSource before = next.isEmpty() ? null : next.get(next.size() - 1);
      if (source.head() != null) {
        others.add(source);
      } else if (next.size() < atOnce
          || (before != null && overlaps(source, before))
          || rowsExpected < sink.wanted()) {
        next.add(source);
        boolean isInside = before != null && isInside(source, before);
        long sum = isInside ? source.rowsExpected() : rowsExpected + source.rowsExpected();
        rowsExpected = sum < 0 ? Long.MAX_VALUE : sum;
      } else {
        others.add(source);
        break;
      }
    }
    sources.addAll(others);
    return next;
  }

  /** One, until it shows how many rows a source has. */
  private int atOnce() {
    if (usedUp == 0) {
      return 1;
    }
    readsMax = Math.min(READS_MAX, 2 * readsMax);
    int rowsEach = Math.max(1, rows / usedUp);
    return Math.min(readsMax, (sink.wanted() + rowsEach - 1) / rowsEach);
  }

  private static boolean isInside(CassandraSource source, CassandraSource before) {
    return source.level().isFinerThan(before.level()) && overlaps(source, before);
  }

  private static boolean overlaps(CassandraSource source, CassandraSource before) {
    return source.bound().createdAtMillis() > before.startMillis();
  }
}
