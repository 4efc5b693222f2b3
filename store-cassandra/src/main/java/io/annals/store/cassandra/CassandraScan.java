package io.annals.store.cassandra;

import io.annals.model.ActivityPosition;
import io.annals.search.SearchTerm;
import io.annals.store.ActivityQuery;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the sources of one walk read: which events, and on which threads. */
final class CassandraScan {
  private final CassandraTables tables;
  private final @Nullable CassandraWorkers workers;
  private final @Nullable ActivityQuery search;

  private CassandraScan(
      CassandraTables tables, @Nullable CassandraWorkers workers, @Nullable ActivityQuery search) {
    this.tables = tables;
    this.workers = workers;
    this.search = search;
  }

  /** Every event, on the driver's threads: for little work. */
  static CassandraScan of(CassandraTables tables) {
    return new CassandraScan(tables, null, null);
  }

  /** Every event, on these threads. */
  static CassandraScan on(CassandraWorkers workers, CassandraTables tables) {
    return new CassandraScan(tables, workers, null);
  }

  /**
   * The events that match a query with a search. Told of what should have a digest and has none.
   */
  static CassandraScan searching(
      ActivityQuery query, CassandraTables tables, CassandraWorkers workers) {
    return new CassandraScan(tables, workers, query);
  }

  /**
   * Some rows of a bucket.
   *
   * @param matching those that match
   * @param end where to go on; null if there is nothing left
   */
  record Chunk(List<CassandraStored> matching, @Nullable ActivityPosition end) {}

  /**
   * The newest rows of a bucket below a position and not before a time.
   *
   * @param rowsMax how many are of use; with a search, which finds few, more are read
   */
  Future<Chunk> rows(
      CassandraToken token,
      CassandraBucket bucket,
      ActivityPosition below,
      long fromMillis,
      int rowsMax) {
    int readMax = search == null ? rowsMax : CassandraEvents.ROWS_MAX;
    Future<List<CassandraStored>> read =
        tables.events().rows(token, bucket, below, fromMillis, readMax);
    return workers == null
        ? read.map(rows -> chunk(rows, readMax))
        : workers.map(read, rows -> chunk(rows, readMax));
  }

  private Chunk chunk(List<CassandraStored> rows, int readMax) {
    ActivityQuery sought = search;
    List<CassandraStored> matching =
        sought == null ? rows : rows.stream().filter(row -> sought.matches(row.event())).toList();
    boolean isEnd = rows.size() < readMax;
    return new Chunk(matching, isEnd ? null : rows.get(rows.size() - 1).position());
  }

  /** The first entries of a floor that start at this epoch millisecond or before. */
  Future<List<CassandraEntry>> entries(
      CassandraToken token, CassandraFloor floor, long startMillis, int limit) {
    return tables.index().floor(token, floor, startMillis, limit);
  }

  /**
   * What an entry leads to within these times.
   *
   * @param ahead first slices of floors that are being read already
   */
  CassandraSource source(
      CassandraToken token,
      CassandraEntry entry,
      CassandraTimes times,
      ActivityPosition below,
      Map<CassandraFloor, Future<List<CassandraEntry>>> ahead) {
    if (search != null) {
      if (entry.events().orElse(0) >= CassandraDigest.EVENTS_MIN) {
        return new CassandraSiftedSource(this, token, entry, times, below);
      }
      if (entry.events().isEmpty()) {
        tables.unsettled().met(token, entry.bucket(), entry.isSpan());
      }
    }
    return unsifted(token, entry, times, below, ahead);
  }

  /** The same, whatever its digest says. */
  CassandraSource unsifted(
      CassandraToken token,
      CassandraEntry entry,
      CassandraTimes times,
      ActivityPosition below,
      Map<CassandraFloor, Future<List<CassandraEntry>>> ahead) {
    return entry.isSpan()
        ? new CassandraFloorSource(
            this, token, new CassandraFloor(entry.bucket()), times, below, ahead)
        : new CassandraBucketSource(this, token, entry.bucket(), entry.events(), times, below);
  }

  /** The times in which an entry may have what is sought; empty if that is not known. */
  Future<Optional<CassandraTimes>> matching(CassandraToken token, CassandraEntry entry) {
    SearchTerm term = Objects.requireNonNull(Objects.requireNonNull(search).search());
    return Objects.requireNonNull(workers)
        .map(
            tables.digests().find(token, entry),
            found -> {
              if (found.isEmpty()) {
                tables.unsettled().met(token, entry.bucket(), entry.isSpan());
              }
              return found.map(digest -> digest.matching(term));
            });
  }
}
