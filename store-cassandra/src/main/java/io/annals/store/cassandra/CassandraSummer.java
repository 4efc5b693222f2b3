package io.annals.store.cassandra;

import io.annals.model.TimeRange;
import io.annals.search.Digest;
import io.annals.search.SearchedFields;
import io.annals.store.ActivityPolicy;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sums up what is over: its number of events, and its digest.
 *
 * <p>What {@code changed} was is read before anything else, and kept with the sum. Whoever writes
 * later sets it anew after its rows are there; so a sum that lacks rows never holds.
 */
final class CassandraSummer {
  /** Nothing was written into what is summed up for so long, and nothing is expected. */
  static final long QUIET_MILLIS = TimeUnit.SECONDS.toMillis(60);

  private static final int CHILDREN_AT_ONCE = 4;

  private final CassandraTables tables;
  private final CassandraTally tally;
  private final CassandraWorkers worker;
  private final ActivityPolicy policy;
  private volatile boolean isStopped;

  /**
   * Sums up with these tables.
   *
   * @param worker one thread: what it collects is not for several
   */
  CassandraSummer(CassandraTables tables, CassandraWorkers worker, ActivityPolicy policy) {
    this.tables = tables;
    this.worker = worker;
    this.policy = policy;
    tally = new CassandraTally(tables);
  }

  /** The epoch millisecond from which on an entry may be summed up. */
  static long dueMillis(CassandraEntry entry) {
    return Math.max(entry.bucket().endMillis(), entry.changedAtMillis()) + QUIET_MILLIS;
  }

  /**
   * Sums up an entry that is due, and what it consists of.
   *
   * @return the entry with its sum; empty if something that it consists of is not due, or if it was
   *     stopped
   */
  Future<Optional<CassandraEntry>> sumUp(CassandraToken token, CassandraEntry entry) {
    if (isStopped || dueMillis(entry) > policy.clock().millis()) {
      return Future.succeededFuture(Optional.empty());
    }
    return entry.isSpan() ? sumUpSpan(token, entry) : sumUpBucket(token, entry);
  }

  /** Begins nothing more, so that what is under way ends soon. */
  void stop() {
    isStopped = true;
  }

  private Future<Optional<CassandraEntry>> sumUpBucket(CassandraToken token, CassandraEntry entry) {
    CassandraBucket bucket = entry.bucket();
    TimeRange range = new TimeRange(bucket.startMillis(), bucket.endMillis());
    List<CassandraBucket> wider =
        bucket.level().wider().stream()
            .map(level -> CassandraBucket.covering(level, bucket.startMillis()))
            .toList();
    return Future.join(
            tally.holding(token, wider, range), tables.events().count(token, bucket, range))
        .compose(
            asked -> {
              List<CassandraBucket> holding = asked.resultAt(0);
              long rows = asked.resultAt(1);
              if (holding.isEmpty() && rows < CassandraDigest.EVENTS_MIN) {
                return keep(token, entry, rows, Optional.empty());
              }
              BucketSum sum = new BucketSum(bucket, rows);
              CassandraScan scan = CassandraScan.on(worker, tables);
              return CassandraTally.walk(scan, token, bucket, range, holding, sum)
                  .compose(done -> keep(token, entry, sum.events, sum.digest(entry)));
            });
  }

  private Future<Optional<CassandraEntry>> sumUpSpan(CassandraToken token, CassandraEntry entry) {
    return tables
        .index()
        .floor(token, new CassandraFloor(entry.bucket()))
        .compose(
            children -> {
              SpanSum sum = new SpanSum(entry);
              return CassandraLanes.sum(
                      children, CHILDREN_AT_ONCE, child -> addChild(token, sum, child))
                  .compose(
                      events ->
                          sum.isIncomplete
                              ? Future.succeededFuture(Optional.empty())
                              : keep(token, entry, events, sum.digest(events)));
            });
  }

  private Future<Long> addChild(CassandraToken token, SpanSum sum, CassandraEntry child) {
    return (child.events().isPresent()
            ? Future.succeededFuture(Optional.of(child))
            : sumUp(token, child))
        .compose(
            settled -> {
              if (settled.isEmpty()) {
                sum.isIncomplete = true;
                return Future.succeededFuture(0L);
              }
              long events = settled.get().settled().events();
              int strip = sum.strips.at(child.bucket().startMillis());
              return addDigest(token, sum, strip, settled.get()).map(done -> events);
            });
  }

  /** Adds the values of an entry: from its digest, or where it has none, from what it holds. */
  private Future<Void> addDigest(
      CassandraToken token, SpanSum sum, int strip, CassandraEntry entry) {
    return tables
        .digests()
        .find(token, entry)
        .compose(
            found -> {
              if (found.isPresent()) {
                return worker.run(() -> sum.values.addAll(strip, found.get().digest()));
              }
              return entry.isSpan()
                  ? addFloor(token, sum, strip, entry)
                  : addRows(token, sum, strip, entry.bucket());
            });
  }

  private Future<Void> addFloor(CassandraToken token, SpanSum sum, int strip, CassandraEntry span) {
    return tables
        .index()
        .floor(token, new CassandraFloor(span.bucket()))
        .compose(
            children ->
                CassandraLanes.sum(
                    children,
                    CHILDREN_AT_ONCE,
                    child -> addDigest(token, sum, strip, child).map(0L)))
        .mapEmpty();
  }

  private Future<Void> addRows(
      CassandraToken token, SpanSum sum, int strip, CassandraBucket bucket) {
    CassandraWalk.Sink adding =
        new CassandraWalk.Sink() {
          @Override
          public int wanted() {
            return CassandraEvents.ROWS_MAX;
          }

          @Override
          public void take(CassandraStored row, CassandraLevel level) {
            SearchedFields.addTo(sum.values, strip, row.event());
          }
        };
    TimeRange range = new TimeRange(bucket.startMillis(), bucket.endMillis());
    return CassandraTally.walk(
        CassandraScan.on(worker, tables), token, bucket, range, List.of(), adding);
  }

  /** The digest first: a sum that holds then has one. */
  private Future<Optional<CassandraEntry>> keep(
      CassandraToken token, CassandraEntry entry, long events, Optional<CassandraDigest> digest) {
    CassandraBucket bucket = entry.bucket();
    CassandraEntry.Sum sum = new CassandraEntry.Sum(entry.changed(), events);
    return digest
        .map(made -> tables.digests().write(token, bucket, entry.isSpan(), made))
        .orElse(Future.succeededFuture())
        .compose(done -> tables.index().settle(token, bucket, entry.isSpan(), sum))
        .map(done -> Optional.of(new CassandraEntry(bucket, entry.isSpan(), entry.changed(), sum)));
  }

  /** What is known of a bucket from its rows. */
  private static final class BucketSum implements CassandraWalk.Sink {
    private final CassandraBucket bucket;
    private final CassandraStrips.Builder strips;
    private final Digest.Builder values = new Digest.Builder();
    private long events;

    BucketSum(CassandraBucket bucket, long rows) {
      this.bucket = bucket;
      strips = new CassandraStrips.Builder(bucket.endMillis(), rows);
    }

    @Override
    public int wanted() {
      return CassandraEvents.ROWS_MAX;
    }

    @Override
    public void take(CassandraStored row, CassandraLevel widest) {
      if (widest == bucket.level()) {
        events++;
        SearchedFields.addTo(values, strips.next(row.createdAtMillis()), row.event());
      }
    }

    Optional<CassandraDigest> digest(CassandraEntry entry) {
      return events < CassandraDigest.EVENTS_MIN
          ? Optional.empty()
          : Optional.of(new CassandraDigest(entry.changed(), strips.build(), values.build()));
    }
  }

  /** What is known of a span from its floor. */
  private static final class SpanSum {
    private final CassandraEntry entry;
    private final CassandraStrips strips;
    private final Digest.Builder values = new Digest.Builder();
    private volatile boolean isIncomplete;

    SpanSum(CassandraEntry entry) {
      this.entry = entry;
      strips = CassandraStrips.ofSpan(entry.bucket());
    }

    Optional<CassandraDigest> digest(long events) {
      return events < CassandraDigest.EVENTS_MIN
          ? Optional.empty()
          : Optional.of(new CassandraDigest(entry.changed(), strips, values.build()));
    }
  }
}
