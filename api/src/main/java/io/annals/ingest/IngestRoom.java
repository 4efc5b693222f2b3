package io.annals.ingest;

import io.annals.http.ByteBudget;
import io.annals.http.Content;
import io.annals.http.Shares;
import io.annals.metrics.Bounds;
import io.annals.model.TenantId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Room for all activity that this server is taking in, by all event loops together. A quarter of it
 * is for open streams, each of which holds what it has read and not split yet; the rest is for
 * events that are not acknowledged yet. A decoded event is reckoned as {@value #EVENT_BYTES} bytes
 * and {@value #TEXT_FACTOR} times its line, so there is a bound on their number, too.
 */
public final class IngestRoom implements MeterBinder {
  /** An event's objects without its text: the record, three ids, five strings, boxed numbers. */
  static final int EVENT_BYTES = 512;

  /** Text of which one character is not Latin takes two bytes a character. */
  static final int TEXT_FACTOR = 2;

  private static final long STREAM_PART_BYTES = 64 * 1024;

  private final Shares<TenantId> streams;
  private final ByteBudget events;
  private final Set<Runnable> open = ConcurrentHashMap.newKeySet();
  private volatile boolean ending;

  /** Room of this many bytes. */
  public IngestRoom(long bytes) {
    streams = new Shares<>(bytes / 4);
    events = new ByteBudget(bytes - bytes / 4);
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    Bounds.queue(meters, "ingest_streams", "bytes", streams.max(), streams, Shares::held);
    Bounds.queue(meters, "ingest_events", "bytes", events.max(), events, ByteBudget::held);
  }

  /**
   * Ends the streams that are open, and those that are opened later, as the server is about to
   * stop: a sender could go on for hours. Each is told how far its lines were taken.
   */
  public void endStreams() {
    ending = true;
    open.forEach(Runnable::run);
  }

  /** Whether a sender has not been answered yet, or may not have seen the answer. */
  public boolean hasStreams() {
    return !open.isEmpty();
  }

  /**
   * Takes note of an open stream.
   *
   * @param end ends it, from any thread
   * @return what to do when it has ended, and its sender knows
   */
  Runnable enter(Runnable end) {
    open.add(end);
    if (ending) {
      end.run();
    }
    return () -> open.remove(end);
  }

  /** One tenant's senders that wait must not keep others from opening theirs. */
  Shares<TenantId> streams() {
    return streams;
  }

  ByteBudget events() {
    return events;
  }

  /** What an open stream takes: the longest line, and what the connection has read ahead. */
  static long bytesOf(Content content, long announcedBytes) {
    if (content.isGzip()) {
      return 3 * STREAM_PART_BYTES;
    }
    return announcedBytes == 0
        ? 2 * STREAM_PART_BYTES
        : 2 * Math.min(announcedBytes, STREAM_PART_BYTES);
  }

  /** What an event takes that stands on a line of so many bytes. */
  static long bytesOf(int lineBytes) {
    return EVENT_BYTES + (long) TEXT_FACTOR * lineBytes;
  }
}
