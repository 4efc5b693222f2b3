package io.annals.store.cassandra;

import io.annals.model.Event;
import java.nio.ByteBuffer;
import java.util.UUID;

/** An event as bytes, on its way into a partition. */
final class CassandraRow {
  /** What a row takes beside its call: on the wire, and about as much on the heap. */
  private static final int OVERHEAD_BYTES = 80;

  final CassandraAppend append;
  final long createdAtMillis;
  private final UUID id;
  private final ByteBuffer call;
  private final int ttlSeconds;

  CassandraRow(CassandraAppend append, Event event, int ttlSeconds) {
    this.append = append;
    this.ttlSeconds = ttlSeconds;
    createdAtMillis = event.createdAtMillis();
    id = event.id();
    call = CassandraCall.bytes(event);
  }

  int bytes() {
    return call.remaining() + OVERHEAD_BYTES;
  }

  /** The values of {@link CassandraBatches#INSERT}: those of the partition, and its own. */
  ByteBuffer[] values(ByteBuffer[] ofPartition) {
    return new ByteBuffer[] {
      ofPartition[0],
      ofPartition[1],
      ofPartition[2],
      ofPartition[3],
      CassandraCall.bytes(createdAtMillis),
      CassandraCall.bytes(id),
      call,
      ByteBuffer.allocate(Integer.BYTES).putInt(0, ttlSeconds),
      CassandraCall.bytes(createdAtMillis * 1000)
    };
  }
}
