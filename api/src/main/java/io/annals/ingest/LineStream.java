package io.annals.ingest;

import io.annals.contract.BodyFault;
import io.annals.contract.Fault;
import io.annals.contract.ItemDecoder;
import io.annals.http.LongRequest;
import io.annals.http.Refusal;
import io.annals.http.Refusal.Reason;
import io.annals.http.RefusalHandler;
import io.annals.limits.Shortage;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A body of lines on its way in, read as fast as its events are stored: while there is no room for
 * the next line, or its caller may not send any event, the request is paused, and TCP slows the
 * sender down. All on the request's context.
 */
final class LineStream {
  /** Enough for the store to make batches of 100 rows for each of 100 tokens. */
  private static final int EVENTS_UNDER_WAY_MAX = 16_384;

  private static final int CHUNK_EVENTS_MAX = 1000;
  private static final int CHUNK_BYTES_MAX = 1024 * 1024;

  /** How often to ask for room that others must give back first. */
  private static final long ROOM_MILLIS = 10;

  /** How long at most not to look whether the caller may send events again. */
  private static final long PACE_MILLIS_MAX = 1000;

  private static final BodyFault TOO_LONG =
      new BodyFault(List.of(), new Fault("line_too_long", "is longer than 64 KiB"));

  private final Context context;
  private final HttpServerRequest request;
  private final LineSource source;
  private final ItemDecoder decoder;
  private final Intake intake;
  private final Claim claim;
  private final Pace pace;
  private final long silenceMillisMax;

  private long line;
  private boolean atLine;
  private boolean paused;
  private boolean waiting;
  private boolean flushing;
  private boolean bodyEnded;
  private boolean stopped;
  private long lastLineNanos = System.nanoTime();

  /**
   * A stream that is not read yet.
   *
   * @param silenceMillisMax how long a line may be on its way
   */
  LineStream(
      Context context,
      HttpServerRequest request,
      LineSource source,
      ItemDecoder decoder,
      Intake intake,
      Claim claim,
      Pace pace,
      long silenceMillisMax) {
    this.context = context;
    this.request = request;
    this.source = source;
    this.decoder = decoder;
    this.intake = intake;
    this.claim = claim;
    this.pace = pace;
    this.silenceMillisMax = silenceMillisMax;
  }

  /** Begins to read. The intake has the answer when all is stored, or cannot be. */
  void start() {
    LongRequest.begin(request);
    long timer = context.owner().setPeriodic(silenceMillisMax / 6, id -> watch());
    intake.answer().onComplete(done -> context.owner().cancelTimer(timer));
    intake.onChange(this::work);
    request.handler(this::receive);
    request.endHandler(v -> endBody());
    request.exceptionHandler(this::abandon);
  }

  /** Whether the body has been read to its end. */
  boolean isBodyEnded() {
    return bodyEnded;
  }

  private void receive(Buffer piece) {
    if (!stopped) {
      source.feed(piece.getBytes());
      work();
    }
  }

  private void endBody() {
    bodyEnded = true;
    source.end();
    work();
  }

  /** The server stops: what was taken is stored, and the sender goes on elsewhere. */
  void endSoon() {
    context.runOnContext(v -> stop(Refusal.tryAgain(Reason.UNAVAILABLE, "the server stops")));
  }

  /** Nobody is there any more to be answered. */
  void abandon(@Nullable Throwable failure) {
    bodyEnded = true;
    stop(Refusal.of(Reason.INVALID_REQUEST, "the body was cut off"));
  }

  /** Decodes lines until something is missing: more of the body, or room. */
  private void work() {
    try {
      while (!stopped) {
        if (intake.appends().failure() != null) {
          stop(null);
        } else if (atLine || nextLine()) {
          takeLine();
        } else {
          return;
        }
        if (atLine) {
          return; // there was no room
        }
      }
    } catch (ZipException e) {
      stop(Refusal.of(Reason.INVALID_REQUEST, "the body is not gzip, or damaged or cut off"));
    } catch (RuntimeException e) {
      stop(RefusalHandler.unforeseen("a stream of activity", e));
    }
  }

  private boolean nextLine() throws ZipException {
    switch (source.next()) {
      case LINE -> {
        line++;
        atLine = true;
        lastLineNanos = System.nanoTime();
      }
      case NEEDS_PIECE -> {
        flushLater();
        resume();
      }
      case NEEDS_TURN -> {
        pause();
        context.runOnContext(v -> work());
      }
      case END -> stop(null);
      default -> throw new IllegalStateException();
    }
    return atLine;
  }

  private void takeLine() {
    LineSplitter at = source.line();
    if (at.isTooLong()) {
      intake.reject(line, List.of(TOO_LONG));
    } else if (at.isBlank()) {
      intake.pass(line);
    } else {
      long bytes = IngestRoom.bytesOf(at.to() - at.from());
      if (!hasRoom(bytes)) {
        return;
      }
      if (intake.add(line, decoder.decode(at.bytes(), at.from(), at.to()))) {
        claim.spend(bytes);
        pace.spend();
        intake.chunk().bytesHeld += bytes;
      }
    }
    atLine = false;
    Chunk chunk = intake.chunk();
    if (chunk.events().size() >= CHUNK_EVENTS_MAX || chunk.bytesHeld >= CHUNK_BYTES_MAX) {
      intake.submit();
    }
  }

  /** Whether a line may be decoded; if not, sees to it that this is asked again. */
  private boolean hasRoom(long bytes) {
    Appends appends = intake.appends();
    if (appends.isHeldUp() || appends.eventsUnderWay() >= EVENTS_UNDER_WAY_MAX) {
      pause(); // until the store answers
      return false;
    }
    Shortage shortage = pace.lacksEvent();
    if (shortage != null) {
      waitOrStop(Math.min(shortage.waitMillis(), PACE_MILLIS_MAX), shortage::refusal);
      return false;
    }
    if (claim.covers(bytes)) {
      return true;
    }
    waitOrStop(
        ROOM_MILLIS,
        () ->
            Refusal.tryAgain(Reason.OVERLOADED, "too much is being received; nothing was stored"));
    return false;
  }

  /** Refuses what has not begun, and slows down what has. */
  private void waitOrStop(long millis, Supplier<Refusal> refusal) {
    if (intake.isUntouched()) {
      stop(refusal.get());
      return;
    }
    intake.submit();
    giveBack(); // those who wait must not keep from others what is not enough for them
    pause();
    if (!waiting) {
      waiting = true;
      context
          .owner()
          .setTimer(
              millis,
              id -> {
                waiting = false;
                work();
              });
    }
  }

  private void pause() {
    if (!paused) {
      paused = true;
      request.pause();
    }
  }

  private void resume() {
    if (paused) {
      paused = false;
      request.resume();
    }
  }

  /** After all that has arrived by now: a slow sender's lines do not wait for a whole chunk. */
  private void flushLater() {
    if (!flushing) {
      flushing = true;
      context.runOnContext(
          v -> {
            flushing = false;
            if (!stopped && !intake.appends().isHeldUp()) {
              intake.submit();
            }
            giveBack();
          });
    }
  }

  private void watch() {
    if (stopped || atLine) {
      LongRequest.keepAlive(request);
      lastLineNanos = System.nanoTime();
    } else if (System.nanoTime() - lastLineNanos
        > TimeUnit.MILLISECONDS.toNanos(silenceMillisMax)) {
      stop(
          Refusal.tryAgain(
              Reason.UNAVAILABLE, "no line arrived for " + silenceMillisMax / 1000 + " s"));
    }
  }

  private void stop(@Nullable Refusal because) {
    if (!stopped) {
      stopped = true;
      source.close();
      intake.end(because);
      giveBack();
    }
  }

  private void giveBack() {
    claim.giveBack();
    pace.giveBack();
  }
}
