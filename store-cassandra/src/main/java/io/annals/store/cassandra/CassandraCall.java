package io.annals.store.cassandra;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.annals.model.ActivityStream;
import io.annals.model.Event;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of columns, as the native protocol defines them: ids as 16 bytes, and the UDT {@code
 * call}, each of its fields as an int length (-1 for null) and its bytes. The driver's codecs do
 * the same at several times the cost.
 */
final class CassandraCall {
  /** The fields of {@code call} in their order. */
  private static final int[] FIELDS = {
    ActivityStream.KEY_PREFIX,
    ActivityStream.METHOD,
    ActivityStream.PATH,
    ActivityStream.STATUS_CODE,
    ActivityStream.LATENCY_MS,
    ActivityStream.REMOTE_IP,
    ActivityStream.ACTOR
  };

  private CassandraCall() {}

  /** An id as it is stored. */
  static ByteBuffer bytes(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .flip();
  }

  /** A number or a time as it is stored. */
  static ByteBuffer bytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(0, value);
  }

  /** The id that these bytes are. */
  static UUID id(ByteBuffer bytes) {
    int at = bytes.position();
    return new UUID(bytes.getLong(at), bytes.getLong(at + 8));
  }

  /** What a call was, as it is stored. */
  static ByteBuffer bytes(Event event) {
    byte[][] texts = new byte[FIELDS.length][];
    int size = FIELDS.length * Integer.BYTES;
    for (int i = 0; i < FIELDS.length; i++) {
      Object value = event.value(FIELDS[i]);
      if (value instanceof String text) {
        texts[i] = text.getBytes(UTF_8);
        size += texts[i].length;
      } else if (value != null) {
        size += Integer.BYTES;
      }
    }
    ByteBuffer bytes = ByteBuffer.allocate(size);
    for (int i = 0; i < FIELDS.length; i++) {
      Object value = event.value(FIELDS[i]);
      if (value == null) {
        bytes.putInt(-1);
      } else if (value instanceof Integer number) {
        bytes.putInt(Integer.BYTES).putInt(number);
      } else {
        bytes.putInt(texts[i].length).put(texts[i]);
      }
    }
    return bytes.flip();
  }

  /** The event that was stored as these bytes. */
  static Event event(UUID token, long createdAtMillis, UUID id, ByteBuffer call) {
    @Nullable Object[] values = new Object[ActivityStream.ACTIVITY.fields().size()];
    values[ActivityStream.TOKEN_ID] = token;
    ByteBuffer bytes = call.duplicate();
    for (int field : FIELDS) {
      int length = bytes.getInt();
      if (length >= 0) {
        values[field] = isNumber(field) ? (Object) bytes.getInt() : text(bytes, length);
      }
    }
    return new Event(createdAtMillis, id, values);
  }

  private static boolean isNumber(int field) {
    return field == ActivityStream.STATUS_CODE || field == ActivityStream.LATENCY_MS;
  }

  private static String text(ByteBuffer bytes, int length) {
    byte[] text = new byte[length];
    bytes.get(text);
    return new String(text, UTF_8);
  }
}
