package io.annals.http;

import io.annals.http.Refusal.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads bodies into memory within bounds: the size of one, the size of all that are under way in
 * this server, and the time that one may take. Safe to share between event loops.
 */
public final class Bodies {
  /** Up to here a body is not counted, so that large ones cannot lock out single events. */
  private static final int SMALL_BYTES = 8 * 1024;

  private static final int SECONDS_MAX = 30;

  private final long bodyBytesMax;
  private final ByteBudget budget;

  /**
   * Bounds for the bodies of a server.
   *
   * @param bodyBytesMax bytes of one body
   * @param budget bytes of all bodies that are read or worked on
   */
  public Bodies(long bodyBytesMax, ByteBudget budget) {
    this.bodyBytesMax = bodyBytesMax;
    this.budget = budget;
  }

  /**
   * Reads a JSON body that is not compressed. Its bytes count as under way until the response is
   * ended.
   *
   * @return the body; fails with a {@link Refusal} if it is not JSON by its headers, too large or
   *     too slow
   */
  public Future<Buffer> readJson(RoutingContext context) {
    try {
      return read(context, Content.of(context.request(), List.of(Content.JSON), false));
    } catch (Refusal refusal) {
      return Future.failedFuture(refusal);
    }
  }

  /**
   * Reads a JSON body that a request may do without; what is there must be like that of {@link
   * #readJson}.
   *
   * @return the body; empty if there is none
   */
  public Future<Buffer> readOptionalJson(RoutingContext context) {
    return read(context, new Content(Content.JSON, false))
        .map(
            body -> {
              if (body.length() > 0) {
                Content.of(context.request(), List.of(Content.JSON), false);
              }
              return body;
            });
  }

  /** Reads a body with this content; what is compressed counts as it is after inflating. */
  public Future<Buffer> read(RoutingContext context, Content content) {
    HttpServerRequest request = context.request();
    if (Content.announcedBytes(request) > bodyBytesMax) {
      return Future.failedFuture(tooLarge());
    }
    Reading reading = new Reading(request, content.isGzip() ? new Gunzip() : null);
    context.addEndHandler(ended -> reading.release());
    return reading.read();
  }

  private static Refusal overloaded() {
    return Refusal.tryAgain(Reason.OVERLOADED, "too much is being received; nothing was stored");
  }

  private static Refusal notGzip() {
    return Refusal.of(Reason.INVALID_REQUEST, "the body is not gzip, or damaged or cut off");
  }

  private Refusal tooLarge() {
    return Refusal.of(
        Reason.BODY_TOO_LARGE,
        "the body has more than " + bodyBytesMax + " bytes; send fewer items at a time");
  }

  /** One body on its way in, kept in the pieces that it comes in. */
  private final class Reading {
    private final HttpServerRequest request;
    private final Promise<Buffer> promise = Promise.promise();
    private final List<Buffer> chunks = new ArrayList<>();
    private final @Nullable Gunzip gunzip;
    private long length;
    private long counted;

    Reading(HttpServerRequest request, @Nullable Gunzip gunzip) {
      this.request = request;
      this.gunzip = gunzip;
    }

    /** What a header announces is counted at once: who would not fit is told before sending. */
    Future<Buffer> read() {
      long announced = Content.announcedBytes(request);
      if (!count(announced)) {
        release();
        return Future.failedFuture(overloaded());
      }
      request.handler(gunzip == null ? this::append : this::inflate);
      request.endHandler(v -> end());
      request.exceptionHandler(promise::tryFail);
      // A small one holds nothing that counts.
      boolean isSmall = announced > 0 && announced <= SMALL_BYTES && gunzip == null;
      return (isSmall ? promise.future() : inTime()).onFailure(refused -> release());
    }

    private Future<Buffer> inTime() {
      return promise
          .future()
          .timeout(SECONDS_MAX, TimeUnit.SECONDS)
          .recover(
              failure ->
                  Future.failedFuture(failure instanceof TimeoutException ? late() : failure));
    }

    /** After a refusal the rest is read and dropped, so that the client sees the answer. */
    private void append(Buffer chunk) {
      if (promise.future().isComplete()) {
        return;
      }
      length += chunk.length();
      if (length > bodyBytesMax) {
        promise.fail(tooLarge());
      } else if (!count(length)) {
        promise.fail(overloaded());
      } else {
        chunks.add(chunk);
      }
    }

    /** In pieces, so that nothing beyond the bound is inflated. */
    private void inflate(Buffer chunk) {
      Gunzip open = Objects.requireNonNull(gunzip);
      byte[] piece = new byte[SMALL_BYTES];
      try {
        open.feed(chunk.getBytes());
        while (!promise.future().isComplete()) {
          int bytes = open.inflate(piece);
          if (bytes == 0) {
            return;
          }
          append(Buffer.buffer(Arrays.copyOf(piece, bytes)));
        }
      } catch (ZipException e) {
        promise.tryFail(notGzip());
      }
    }

    private void end() {
      if (gunzip != null && !gunzip.isWhole()) {
        promise.tryFail(notGzip());
      } else if (!promise.future().isComplete()) {
        promise.tryComplete(whole());
      }
    }

    /** Sees to it that this many bytes are counted; false if they are too many just now. */
    private boolean count(long bytes) {
      if (bytes <= SMALL_BYTES || bytes <= counted) {
        return true;
      }
      if (!budget.take(bytes - counted)) {
        return false;
      }
      counted = bytes;
      return true;
    }

    private Buffer whole() {
      if (chunks.size() == 1) {
        return chunks.get(0);
      }
      Buffer body = Buffer.buffer((int) length);
      chunks.forEach(body::appendBuffer);
      chunks.clear();
      return body;
    }

    /** The connection has nothing more to offer than the rest of this body. */
    private Refusal late() {
      promise.tryFail("late");
      return Refusal.of(
              Reason.INVALID_REQUEST, "the body did not arrive within " + SECONDS_MAX + " s")
          .withHeader("Connection", "close");
    }

    void release() {
      chunks.clear();
      if (gunzip != null) {
        gunzip.close();
      }
      budget.give(counted);
      counted = 0;
    }
  }
}
