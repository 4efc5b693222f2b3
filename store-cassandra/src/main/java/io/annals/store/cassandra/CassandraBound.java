package io.annals.store.cassandra;

import io.annals.metrics.Bounds;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;

/** How many rows, and how many bytes of them, may be under way. */
final class CassandraBound {
  private static final int ROWS_MAX = 50_000;
  private static final long BYTES_MAX = 32L << 20;

  private final Promise<Void> drained = Promise.promise();
  private int rows;
  private long bytes;
  private boolean closed;

  CassandraBound(MeterRegistry meters) {
    Bounds.queue(meters, "cassandra_rows", "rows", ROWS_MAX, this, CassandraBound::rows);
    Bounds.queue(meters, "cassandra_bytes", "bytes", BYTES_MAX, this, CassandraBound::bytes);
  }

  private synchronized int rows() {
    return rows;
  }

  private synchronized long bytes() {
    return bytes;
  }

  /**
   * Lets all of these rows in, or none.
   *
   * @throws StoreException if there are too many under way; a list is never too long when none are
   */
  synchronized void admit(List<CassandraRow> list) {
    if (closed) {
      throw new StoreException(Kind.UNAVAILABLE, "the Cassandra store is closed", null);
    }
    long listBytes = bytes(list);
    if (rows > 0 && (rows + list.size() > ROWS_MAX || bytes + listBytes > BYTES_MAX)) {
      throw new StoreException(Kind.OVERLOADED, rows + " rows wait for Cassandra", null);
    }
    rows += list.size();
    bytes += listBytes;
  }

  /** These rows are answered. */
  synchronized void release(List<CassandraRow> list) {
    rows -= list.size();
    bytes -= bytes(list);
    if (closed && rows == 0) {
      drained.tryComplete();
    }
  }

  /** Lets nothing further in; succeeds when nothing is under way any more. */
  synchronized Future<Void> close() {
    closed = true;
    if (rows == 0) {
      drained.tryComplete();
    }
    return drained.future();
  }

  private static long bytes(List<CassandraRow> list) {
    long bytes = 0;
    for (CassandraRow row : list) {
      bytes += row.bytes();
    }
    return bytes;
  }
}
