package io.annals.store.cassandra;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.annals.metrics.Bounds;
import io.annals.model.TimeRange;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How many events a token has: the sums of what is settled, and for the rest a count, at most once
 * a second for a token and range.
 */
final class CassandraTotals {
  private static final int CACHED_MAX = 10_000;
  private static final Duration CACHED_FOR = Duration.ofSeconds(1);
  private static final int COUNTS_AT_ONCE = 8;

  private record Key(CassandraToken token, TimeRange range) {}

  private final CassandraTables tables;
  private final CassandraTally tally;

  // Expires by when a count began, so it never lacks what was acknowledged a second ago.
  private final Cache<Key, Future<Long>> cache =
      Caffeine.newBuilder().maximumSize(CACHED_MAX).expireAfterWrite(CACHED_FOR).build();

  CassandraTotals(CassandraTables tables, MeterRegistry meters) {
    this.tables = tables;
    tally = new CassandraTally(tables);
    Bounds.cache(meters, "cassandra_totals", "entries", CACHED_MAX, cache, Cache::estimatedSize);
  }

  /** The number of events that were acknowledged a second ago, and maybe later ones. */
  Future<Long> total(CassandraToken token, TimeRange range) {
    Key key = new Key(token, range);
    return cache
        .get(key, unseen -> floor(token, CassandraFloor.TOP, range, List.of()))
        .onFailure(failure -> cache.invalidate(key));
  }

  private Future<Long> floor(
      CassandraToken token, CassandraFloor floor, TimeRange range, List<CassandraBucket> wider) {
    return tables
        .index()
        .floor(token, floor)
        .compose(
            entries -> {
              List<CassandraBucket> buckets = new ArrayList<>(wider);
              List<CassandraEntry> open = new ArrayList<>();
              long settled = 0;
              for (CassandraEntry entry : entries) {
                if (!entry.isSpan()) {
                  buckets.add(entry.bucket());
                }
                if (entry.events().isPresent() && entry.bucket().isWithin(range)) {
                  settled += entry.events().getAsLong();
                } else if (entry.bucket().overlaps(range)) {
                  open.add(entry);
                }
              }
              long sum = settled;
              return CassandraLanes.sum(
                      open, COUNTS_AT_ONCE, entry -> count(token, entry, range, buckets))
                  .map(counted -> sum + counted);
            });
  }

  private Future<Long> count(
      CassandraToken token, CassandraEntry entry, TimeRange range, List<CassandraBucket> buckets) {
    CassandraBucket bucket = entry.bucket();
    if (entry.events().isEmpty()) {
      tables.unsettled().met(token, bucket, entry.isSpan());
    }
    TimeRange part = bucket.part(range);
    if (!entry.isSpan()) {
      List<CassandraBucket> wider =
          buckets.stream()
              .filter(other -> bucket.level().isFinerThan(other.level()))
              .filter(other -> other.overlaps(part))
              .toList();
      return tally.count(token, bucket, part, wider);
    }
    List<CassandraBucket> wider = buckets.stream().filter(other -> other.overlaps(part)).toList();
    return tally
        .holding(token, wider, part)
        .compose(holding -> floor(token, new CassandraFloor(bucket), part, holding));
  }
}
