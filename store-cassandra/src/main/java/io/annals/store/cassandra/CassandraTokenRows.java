package io.annals.store.cassandra;

import io.annals.store.ActivityPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Finds the partitions of a token's rows; rows wait here for the index to be read. */
final class CassandraTokenRows {
  /** Older rows may belong into buckets that others opened lately. */
  private static final long LATE_MILLIS = TimeUnit.SECONDS.toMillis(10);

  /** How old the view may be that late rows are placed by; see ADR 11, "Counting". */
  private static final long VIEW_MILLIS_MAX = TimeUnit.SECONDS.toMillis(15);

  private final CassandraToken token;
  private final CassandraLayout<CassandraPartition> layout;
  private final Map<CassandraFloor, List<CassandraRow>> waiting = new HashMap<>();
  private long forgotAtMillis;

  CassandraTokenRows(CassandraToken token) {
    this.token = token;
    layout = new CassandraLayout<>(bucket -> new CassandraPartition(token, bucket));
  }

  CassandraToken token() {
    return token;
  }

  /** How many entries of the index are remembered. */
  synchronized int entries() {
    return layout.size();
  }

  /**
   * Places rows, or lets them wait.
   *
   * @param placed takes those that are placed
   * @return the floors that have to be read now
   */
  synchronized List<CassandraFloor> place(
      List<CassandraRow> rows, ActivityPolicy policy, List<CassandraBatches.Placed> placed) {
    long nowMillis = policy.clock().millis();
    List<CassandraFloor> toRead = new ArrayList<>(0);
    for (CassandraRow row : rows) {
      CassandraFloor missing =
          layout.missing(row.createdAtMillis, readSinceMillis(row.createdAtMillis, nowMillis));
      if (missing == null) {
        long bytes = Math.max(row.bytes(), CassandraFill.ROW_BYTES_MIN);
        placed.add(new CassandraBatches.Placed(layout.place(row.createdAtMillis, bytes), row));
      } else {
        waiting
            .computeIfAbsent(
                missing,
                floor -> {
                  toRead.add(floor);
                  return new ArrayList<>();
                })
            .add(row);
      }
    }
    if (nowMillis - forgotAtMillis > VIEW_MILLIS_MAX) {
      layout.forgetPast(nowMillis - LATE_MILLIS, nowMillis - VIEW_MILLIS_MAX);
      forgotAtMillis = nowMillis;
    }
    return toRead;
  }

  /** Since when the index must have been read to place a row of this time. */
  static long readSinceMillis(long createdAtMillis, long nowMillis) {
    boolean late = createdAtMillis < nowMillis - LATE_MILLIS;
    return late ? nowMillis - VIEW_MILLIS_MAX : Long.MIN_VALUE;
  }

  /** Takes in a floor as it was read at this time, and gives back the rows that waited for it. */
  synchronized List<CassandraRow> read(
      CassandraFloor floor, List<CassandraEntry> entries, long readAtMillis) {
    layout.learn(floor, entries, readAtMillis);
    return waitedFor(floor);
  }

  /** Whether nobody wants the rows any more that wait for a floor. */
  synchronized boolean isGivenUp(CassandraFloor floor) {
    long nowNanos = System.nanoTime();
    return waiting.getOrDefault(floor, List.of()).stream()
        .allMatch(row -> row.append.isGivenUp(nowNanos));
  }

  /** Gives back the rows that waited for a floor. */
  synchronized List<CassandraRow> waitedFor(CassandraFloor floor) {
    List<CassandraRow> rows = waiting.remove(floor);
    return rows == null ? List.of() : rows;
  }
}
