package io.annals.store.cassandra;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells the index that something was written into what may be over already. Who asks while an entry
 * is being marked shares the next mark with all others who do: however many batches an import
 * writes into a bucket at the same time, there is one mark under way.
 */
final class CassandraMarks {
  private record Entry(CassandraToken token, CassandraBucket bucket, boolean isSpan) {}

  /** {@link CassandraIndex#change}. */
  interface Change {
    /** Sets {@code changed} of an entry anew. */
    Future<Void> of(CassandraToken token, CassandraBucket bucket, boolean isSpan);
  }

  private final Change change;

  /** The entries being marked, and the promise of the next mark where somebody waits for it. */
  private final Map<Entry, @Nullable Promise<Void>> underWay = new HashMap<>();

  CassandraMarks(Change change) {
    this.change = change;
  }

  /** Marks a bucket and the spans above it, those that ended by then, after this call. */
  Future<Void> mark(CassandraToken token, CassandraBucket bucket, long endedByMillis) {
    if (bucket.endMillis() > endedByMillis) {
      return Future.succeededFuture();
    }
    List<Future<Void>> marks = new ArrayList<>(3);
    marks.add(mark(new Entry(token, bucket, false)));
    for (CassandraBucket span : CassandraFloor.spansAbove(bucket)) {
      if (span.endMillis() <= endedByMillis) {
        marks.add(mark(new Entry(token, span, true)));
      }
    }
    return Future.join(marks).mapEmpty();
  }

  private Future<Void> mark(Entry entry) {
    Promise<Void> promise;
    synchronized (this) {
      if (underWay.containsKey(entry)) {
        Promise<Void> next = underWay.get(entry);
        if (next == null) {
          next = Promise.promise();
          underWay.put(entry, next);
        }
        return next.future();
      }
      promise = Promise.promise();
      underWay.put(entry, null);
    }
    write(entry, promise);
    return promise.future();
  }

  private void write(Entry entry, Promise<Void> promise) {
    change
        .of(entry.token(), entry.bucket(), entry.isSpan())
        .onComplete(
            (done, failure) -> {
              Promise<Void> next;
              synchronized (this) {
                next = underWay.get(entry);
                if (next == null) {
                  underWay.remove(entry);
                } else {
                  underWay.put(entry, null);
                }
              }
              if (next != null) {
                write(entry, next);
              }
              promise.complete(null, failure);
            });
  }
}
