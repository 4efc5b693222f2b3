package io.annals.faults;

import io.annals.e2e.Call;
import io.annals.e2e.Stream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;

/**
 * A client that writes, and all that it ever sends: its events are numbered from 0, and one of a
 * number is the same whenever it is made. An event's id says whose it is, in the upper half, and
 * which. Now and then one is spoilt, and must be refused.
 *
 * @param number its own, from 1
 * @param stream what it writes to
 * @param form how it sends
 * @param bodyEvents how many events at a time
 */
record Sender(int number, Stream stream, Form form, int bodyEvents) {
  /** How a body is sent. */
  enum Form {
    JSON,
    LINES,
    GZIP_LINES,
    /** In chunks, a little at a time. */
    SLOW_LINES
  }

  /** Of so many batches of an audit stream one has a bad event, and is refused. */
  private static final int BATCHES_PER_SPOILT = 10;

  /** Of so many events of activity one is bad, and is rejected. */
  private static final int EVENTS_PER_SPOILT = 97;

  private static final int TOKENS = 4;

  /** Times are near that of the first use, some equal, and none in the future. */
  private static final long START_MILLIS = System.currentTimeMillis() - TimeUnit.HOURS.toMillis(1);

  private static final int EVENTS_PER_MILLI = 10;

  UUID id(long event) {
    return new UUID(number, event);
  }

  /** Whether the event of this number is to be refused; of an audit stream, with its batch. */
  boolean isSpoilt(long event) {
    return stream.isActivity()
        ? event % EVENTS_PER_SPOILT == EVENTS_PER_SPOILT - 1
        : event / bodyEvents % BATCHES_PER_SPOILT == BATCHES_PER_SPOILT - 1;
  }

  /** How many of these events are to be stored. */
  long storable(long first, long past) {
    return LongStream.range(first, past).filter(n -> !isSpoilt(n)).count();
  }

  private JsonObject event(long number) {
    JsonObject event = stream.itemAt(id(number), START_MILLIS + number / EVENTS_PER_MILLI);
    if (stream.isActivity()) {
      event.put("tokenId", new UUID(0, number % TOKENS).toString());
    }
    return isSpoilt(number) ? event.put("spoilt", true) : event;
  }

  /** The request with the events from this one on. */
  Call call(UUID tenant, long first) {
    Call call = Call.of("POST", stream.appendPath(tenant));
    List<JsonObject> events =
        LongStream.range(first, first + bodyEvents).mapToObj(this::event).toList();
    if (form == Form.JSON) {
      return call.json(stream.batch(events));
    }
    String lines = events.stream().map(e -> e.encode() + "\n").collect(Collectors.joining());
    Call ofLines = call.header("Content-Type", "application/x-ndjson");
    return switch (form) {
      case GZIP_LINES -> ofLines.header("Content-Encoding", "gzip").body(gzip(lines));
      case SLOW_LINES -> ofLines.body(lines).inChunks();
      default -> ofLines.body(lines);
    };
  }

  static Buffer gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Buffer.buffer(bytes.toByteArray());
  }
}
