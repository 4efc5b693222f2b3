package io.annals.store.cassandra;

import io.annals.model.ActivityPosition;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** What a search looks for in an entry that is settled: its digest says where. */
final class CassandraSiftedSource implements CassandraSource {
  private final CassandraScan scan;
  private final CassandraToken token;
  private final CassandraEntry entry;
  private final CassandraTimes times;
  private final ActivityPosition below;

  CassandraSiftedSource(
      CassandraScan scan,
      CassandraToken token,
      CassandraEntry entry,
      CassandraTimes times,
      ActivityPosition below) {
    this.scan = scan;
    this.token = token;
    this.entry = entry;
    this.times = times;
    this.below = times.bound(below);
  }

  @Override
  public ActivityPosition bound() {
    return below;
  }

  @Override
  public CassandraLevel level() {
    return entry.bucket().level();
  }

  @Override
  public long startMillis() {
    return entry.bucket().startMillis();
  }

  @Override
  public boolean mayYieldRows() {
    return true;
  }

  @Override
  public Future<List<CassandraSource>> read(int rowsMax) {
    return scan.matching(token, entry)
        .map(
            matching -> {
              CassandraTimes left = matching.map(times::and).orElse(times);
              return left.isEmpty()
                  ? List.of()
                  : List.of(scan.unsifted(token, entry, left, below, Map.of()));
            });
  }
}
