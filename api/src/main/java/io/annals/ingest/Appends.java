package io.annals.ingest;

import io.annals.model.TenantId;
import io.annals.store.ActivityStore;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of one request on their way into the store, several at a time. A chunk that the store
 * has no room for is tried again, unless it is the request's only one so far: then nothing of it is
 * stored yet, and the client can as well come back. All on one context.
 */
final class Appends {
  /** With the delays below, about 15 s of an overloaded store. */
  private static final int ATTEMPTS_MAX = 20;

  private static final long DELAY_MILLIS_MIN = 20;
  private static final long DELAY_MILLIS_MAX = 1000;

  private final Context context;
  private final ActivityStore store;
  private final TenantId tenant;
  private final IngestRoom room;
  private final IngestMeters meters;
  private final Runnable changed;

  /** Those not settled, and those behind them, by their lines. */
  private final Deque<Chunk> chunks = new ArrayDeque<>();

  private int eventsUnderWay;
  private int inStore;
  private int waiting;
  private boolean maybeStored;
  private @Nullable Throwable failure;
  private long accepted;
  private long rejected;
  private long nextLine = 1;

  /** Appends to this store; {@code changed} is run when a chunk was settled or failed. */
  Appends(
      Context context,
      ActivityStore store,
      TenantId tenant,
      IngestRoom room,
      IngestMeters meters,
      Runnable changed) {
    this.context = context;
    this.store = store;
    this.tenant = tenant;
    this.room = room;
    this.meters = meters;
    this.changed = changed;
  }

  /** Hands a chunk to the store. */
  void submit(Chunk chunk) {
    chunks.add(chunk);
    if (chunk.events().isEmpty()) {
      chunk.settle();
      advance();
    } else {
      eventsUnderWay += chunk.events().size();
      attempt(chunk);
    }
  }

  /** Gives back the room of a chunk that is not handed in any more. */
  void discard(Chunk chunk) {
    room.events().give(chunk.bytesHeld);
  }

  /** Events that are handed in and not acknowledged. */
  int eventsUnderWay() {
    return eventsUnderWay;
  }

  /** Whether the store asked to wait. */
  boolean isHeldUp() {
    return waiting > 0;
  }

  /** Why a chunk could not be stored; null as long as none failed. */
  @Nullable Throwable failure() {
    return failure;
  }

  /** Whether the store has nothing more to say. */
  boolean isIdle() {
    return inStore == 0 && (waiting == 0 || failure != null);
  }

  /** Whether anything may be stored. */
  boolean maybeStored() {
    return maybeStored;
  }

  /** Events stored before {@link #nextLine()}. */
  long accepted() {
    return accepted;
  }

  /** Events rejected before {@link #nextLine()}. */
  long rejected() {
    return rejected;
  }

  /** The first line, from 1, that is not settled. */
  long nextLine() {
    return nextLine;
  }

  private void attempt(Chunk chunk) {
    inStore++;
    chunk.attempts++;
    Future.succeededFuture()
        .compose(v -> store.append(tenant, chunk.events()))
        .onComplete(done -> context.runOnContext(v -> answered(chunk, done.cause())));
  }

  private void answered(Chunk chunk, @Nullable Throwable cause) {
    inStore--;
    boolean overloaded = isOverloaded(cause);
    maybeStored |= !overloaded;
    if (cause == null) {
      release(chunk);
      chunk.settle();
      advance();
    } else if (overloaded && failure == null && mayWait(chunk)) {
      waitAndRetry(chunk);
    } else {
      fail(chunk, cause);
    }
    changed.run();
  }

  private boolean mayWait(Chunk chunk) {
    return (maybeStored || inStore + waiting > 0) && chunk.attempts < ATTEMPTS_MAX;
  }

  private void waitAndRetry(Chunk chunk) {
    waiting++;
    meters.retries().increment();
    long delay = Math.min(DELAY_MILLIS_MAX, DELAY_MILLIS_MIN << Math.min(chunk.attempts, 10));
    context
        .owner()
        .setTimer(
            delay,
            id -> {
              waiting--;
              if (failure == null) {
                attempt(chunk);
              } else {
                release(chunk);
              }
              changed.run();
            });
  }

  private void fail(Chunk chunk, Throwable cause) {
    release(chunk);
    if (failure == null) {
      failure = cause;
    }
  }

  private void release(Chunk chunk) {
    eventsUnderWay -= chunk.events().size();
    discard(chunk);
  }

  private void advance() {
    for (Chunk first = chunks.peek(); first != null && first.isSettled(); first = chunks.peek()) {
      accepted += first.accepted();
      rejected += first.rejected;
      meters.accepted().increment(first.accepted());
      meters.rejected().increment((double) first.rejected);
      nextLine = first.endLine;
      chunks.remove();
    }
  }

  private static boolean isOverloaded(@Nullable Throwable cause) {
    return cause instanceof StoreException refused && refused.kind() == Kind.OVERLOADED;
  }
}
