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

/** How the sources of one walk read, with a search or without. */
final class CassandraScan {
  private final CassandraTables tables;
  private final @Nullable ActivityQuery search;

  /** Reads every event, or with a search those that match it. */
  CassandraScan(CassandraTables tables, @Nullable ActivityQuery search) {
    this.tables = tables;
    this.search = search;
  }

  /**
   * Some rows of a bucket.
   *
   * @param matching those that match
   * @param end where to go on; null if there is nothing left
   */
  record Chunk(List<CassandraRow> matching, @Nullable ActivityPosition end) {}

  /** The newest rows of a bucket below a position and not before a time. */
  Future<Chunk> rows(
      CassandraToken token,
      CassandraBucket bucket,
      ActivityPosition below,
      long fromMillis,
      int rowsMax) {
    ActivityQuery sought = search;
    if (sought == null) {
      return tables.events().rows(token, bucket, below, fromMillis, rowsMax)
          .map(rows -> chunk(rows, rows, rowsMax));
    }
    int readMax = CassandraEvents.ROWS_MAX;
    return tables
        .workers()
        .map(
            tables.events().rows(token, bucket, below, fromMillis, readMax),
            rows ->
                chunk(
                    rows,
                    rows.stream().filter(row -> sought.matches(row.event())).toList(),
                    readMax));
  }

  private static Chunk chunk(List<CassandraRow> read, List<CassandraRow> matching, int readMax) {
    return new Chunk(
        matching, read.size() < readMax ? null : read.get(read.size() - 1).position());
  }

  /** The first entries of a floor that start at this epoch millisecond or before. */
  Future<List<CassandraEntry>> entries(
      CassandraToken token, CassandraFloor floor, long startMillis, int limit) {
    return tables.index().floor(token, floor, startMillis, limit);
  }

  /** What an entry leads to within these times. */
  CassandraSource source(
      CassandraToken token,
      CassandraEntry entry,
      CassandraTimes times,
      ActivityPosition below,
      Map<CassandraFloor, Future<List<CassandraEntry>>> ahead) {
    boolean isSifted =
        search != null && entry.events().orElse(0) >= CassandraDigest.EVENTS_MIN;
    return isSifted
        ? new CassandraSiftedSource(this, token, entry, times, below)
        : unsifted(token, entry, times, below, ahead);
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
        : new CassandraBucketSource(this, token, entry.bucket(), times, below);
  }

  /** The times in which an entry may have what is sought; empty if that is not known. */
  Future<Optional<CassandraTimes>> matching(CassandraToken token, CassandraEntry entry) {
    SearchTerm term = Objects.requireNonNull(search).search();
    return tables
        .workers()
        .map(
            tables.digests().find(token, entry),
            found -> {
              if (found.isEmpty()) {
                tables.settler().missed(token, entry);
              }
              return found.map(digest -> digest.matching(term));
            });
  }
}
