package io.annals.store.cassandra;

import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A bucket that rows are written to: those that wait, and whether the index knows of it. */
final class CassandraPartition extends CassandraFill {
  private final CassandraToken token;
  private final Deque<CassandraRow> waiting = new ArrayDeque<>(4);
  private @Nullable Future<Void> entered;

  CassandraPartition(CassandraToken token, CassandraBucket bucket) {
    super(bucket);
    this.token = token;
  }

  CassandraToken token() {
    return token;
  }

  /** The values of the primary key's first part; made anew, as partitions are many. */
  ByteBuffer[] key() {
    return new ByteBuffer[] {
      CassandraCall.bytes(token.tenant().value()),
      CassandraCall.bytes(token.id()),
      ByteBuffer.allocate(1).put(0, bucket().level().stored()),
      CassandraCall.bytes(bucket().startMillis())
    };
  }

  /** Adds a row to those that wait; true if it is the only one. For the queue that holds it. */
  boolean add(CassandraRow row) {
    waiting.add(row);
    return waiting.size() == 1;
  }

  /** Takes the next rows, at least one, within these bounds. For the queue that holds it. */
  List<CassandraRow> take(int rowsMax, int bytesMax) {
    List<CassandraRow> taken = new ArrayList<>(Math.min(rowsMax, waiting.size()));
    int bytes = 0;
    for (CassandraRow next = waiting.peek(); next != null; next = waiting.peek()) {
      bytes += next.bytes();
      if (taken.size() == rowsMax || (bytes > bytesMax && !taken.isEmpty())) {
        break;
      }
      taken.add(waiting.remove());
    }
    return taken;
  }

  /** Whether rows wait. For the queue that holds it. */
  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** Succeeds when the index knows of it; tries again after a failure. */
  synchronized Future<Void> entered(Supplier<Future<Void>> entering) {
    Future<Void> known = entered;
    if (known == null || known.failed()) {
      known = entering.get();
      entered = known;
    }
    return known;
  }
}
