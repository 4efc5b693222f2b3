package io.annals.store.cassandra;

import io.annals.model.ActivityPosition;
import io.annals.model.TimeRange;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Counts events, each in the widest bucket that holds it. */
final class CassandraTally {
  private final CassandraTables tables;

  CassandraTally(CassandraTables tables) {
    this.tables = tables;
  }

  /** Those of some buckets that hold events in this time. */
  Future<List<CassandraBucket>> holding(
      CassandraToken token, List<CassandraBucket> buckets, TimeRange range) {
    List<Future<Boolean>> asked =
        buckets.stream().map(bucket -> tables.events().any(token, bucket, range)).toList();
    return Future.all(asked)
        .map(
            done ->
                IntStream.range(0, buckets.size())
                    .filter(i -> asked.get(i).result())
                    .mapToObj(buckets::get)
                    .toList());
  }

  /**
   * How many events of a time a bucket has that no wider one has.
   *
   * @param wider every bucket that covers it and may have some of its events
   */
  Future<Long> count(
      CassandraToken token, CassandraBucket bucket, TimeRange range, List<CassandraBucket> wider) {
    return holding(token, wider, range)
        .compose(
            holding -> {
              if (holding.isEmpty()) {
                return tables.events().count(token, bucket, range);
              }
              Counter counter = new Counter(bucket.level());
              return walk(CassandraScan.of(tables), token, bucket, range, holding, counter)
                  .map(done -> counter.events);
            });
  }

  /** Hands all events of a bucket and of wider ones to a sink, each with the widest that has it. */
  static Future<Void> walk(
      CassandraScan scan,
      CassandraToken token,
      CassandraBucket bucket,
      TimeRange range,
      List<CassandraBucket> wider,
      CassandraWalk.Sink sink) {
    CassandraTimes times = CassandraTimes.of(range.fromMillis(), range.toMillis());
    List<CassandraBucket> buckets = new ArrayList<>(wider);
    buckets.add(bucket);
    return CassandraWalk.run(
            buckets.stream()
                .map(
                    each ->
                        new CassandraBucketSource(
                            scan, token, each, OptionalLong.empty(), times, ActivityPosition.TOP))
                .toList(),
            sink)
        .mapEmpty();
  }

  private static final class Counter implements CassandraWalk.Sink {
    private final CassandraLevel level;
    private long events;

    Counter(CassandraLevel level) {
      this.level = level;
    }

    @Override
    public int wanted() {
      return CassandraEvents.ROWS_MAX;
    }

    @Override
    public void take(CassandraStored row, CassandraLevel widest) {
      if (widest == level) {
        events++;
      }
    }
  }
}
