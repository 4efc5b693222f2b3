package io.annals.store.cassandra;

import io.annals.model.ActivityPosition;
import io.annals.model.Event;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A row of a bucket, its call still as it is stored: what is only passed over is not decoded.
 *
 * @param createdAtMillis epoch milliseconds
 */
record CassandraStored(UUID token, long createdAtMillis, UUID id, ByteBuffer call) {
  ActivityPosition position() {
    return new ActivityPosition(createdAtMillis, id, token);
  }

  Event event() {
    return CassandraCall.event(token, createdAtMillis, id, call);
  }
}
