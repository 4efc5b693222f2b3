package io.annals.http;

import io.annals.http.Refusal.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads bodies into memory within bounds: the size of one, the size of all that are under way in
 * this server, and the time that one may take. Safe to share between event loops.
 */
public final class Bodies {
  private static final String JSON = "application/json";

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
   * Reads a JSON body. Its bytes count as under way until the response is ended.
   *
   * @return the body; fails with a {@link Refusal} if it is not JSON by its headers, too large or
   *     too slow
   */
  public Future<Buffer> readJson(HttpServerRequest request) {
    Refusal refusal = refusalByHeaders(request);
    if (refusal != null) {
      return Future.failedFuture(refusal);
    }
    Reading reading = new Reading(request);
    request.response().endHandler(v -> reading.release());
    request.response().closeHandler(v -> reading.release());
    return reading.read();
  }

  private @Nullable Refusal refusalByHeaders(HttpServerRequest request) {
    if (!isJson(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
      return Refusal.of(
          Reason.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json in UTF-8");
    }
    List<String> encodings = request.headers().getAll(HttpHeaders.CONTENT_ENCODING);
    if (!encodings.stream().allMatch("identity"::equalsIgnoreCase)) {
      return Refusal.of(
          Reason.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding is not supported here; send it plain");
    }
    return announced(request) > bodyBytesMax ? tooLarge() : null;
  }

  /** The length that a header announces; 0 for a body in chunks. */
  private static long announced(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null ? 0 : Long.parseLong(length);
  }

  private static Refusal overloaded() {
    return Refusal.of(Reason.OVERLOADED, "too much is being received; nothing was stored")
        .withHeader("Retry-After", "1");
  }

  private static boolean isJson(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    if (!parts[0].trim().equals(JSON)) {
      return false;
    }
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].replace("\"", "").trim();
      if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
        return false;
      }
    }
    return true;
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
    private long length;
    private long counted;

    Reading(HttpServerRequest request) {
      this.request = request;
    }

    /** What a header announces is counted at once: who would not fit is told before sending. */
    Future<Buffer> read() {
      if (!count(announced(request))) {
        return Future.failedFuture(overloaded());
      }
      request.handler(this::append);
      request.endHandler(v -> promise.tryComplete(whole()));
      request.exceptionHandler(promise::tryFail);
      long announced = announced(request);
      boolean isSmall = announced > 0 && announced <= SMALL_BYTES; // it holds nothing that counts
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
      budget.give(counted);
      counted = 0;
    }
  }
}
