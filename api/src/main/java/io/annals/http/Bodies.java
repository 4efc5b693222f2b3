package io.annals.http;

import io.annals.http.Refusal.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads bodies into memory within two bounds: the size of one, and the size of all that are under
 * way in this server. Safe to share between event loops.
 */
public final class Bodies {
  private static final String JSON = "application/json";

  private final long bodyBytesMax;
  private final long allBytesMax;
  private final AtomicLong allBytes = new AtomicLong();

  /**
   * Bounds for the bodies of a server.
   *
   * @param bodyBytesMax bytes of one body
   * @param allBytesMax bytes of all bodies that are read or worked on
   */
  public Bodies(long bodyBytesMax, long allBytesMax) {
    this.bodyBytesMax = bodyBytesMax;
    this.allBytesMax = allBytesMax;
  }

  /**
   * Reads a JSON body. Its bytes count as under way until the response is ended.
   *
   * @return the body; fails with a {@link Refusal} if it is not JSON by its headers, or too large
   */
  public Future<Buffer> readJson(HttpServerRequest request) {
    Refusal refusal = refusalByHeaders(request);
    if (refusal != null) {
      return Future.failedFuture(refusal);
    }
    Reading reading = new Reading();
    request.response().endHandler(v -> reading.release());
    request.response().closeHandler(v -> reading.release());
    return reading.read(request);
  }

  private @Nullable Refusal refusalByHeaders(HttpServerRequest request) {
    if (!isJson(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
      return Refusal.of(
          Reason.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json in UTF-8");
    }
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      return Refusal.of(
          Reason.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding is not supported here; send it plain");
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length != null && Long.parseLong(length) > bodyBytesMax ? tooLarge() : null;
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

  /** One body on its way in. */
  private final class Reading {
    private final Promise<Buffer> promise = Promise.promise();
    private final Buffer body = Buffer.buffer();
    private long counted;

    Future<Buffer> read(HttpServerRequest request) {
      request.handler(this::append);
      request.endHandler(v -> promise.tryComplete(body));
      request.exceptionHandler(
          cause -> promise.tryFail(Refusal.of(Reason.INVALID_REQUEST, "the body was cut off")));
      return promise.future();
    }

    /** After a refusal the rest is read and dropped, so that the client sees the answer. */
    private void append(Buffer chunk) {
      if (promise.future().isComplete()) {
        return;
      }
      if (body.length() + chunk.length() > bodyBytesMax) {
        promise.fail(tooLarge());
      } else if (allBytes.addAndGet(chunk.length()) > allBytesMax) {
        allBytes.addAndGet(-chunk.length());
        promise.fail(
            Refusal.of(Reason.OVERLOADED, "too much is being received; nothing was stored")
                .withHeader("Retry-After", "1"));
      } else {
        counted += chunk.length();
        body.appendBuffer(chunk);
      }
    }

    void release() {
      allBytes.addAndGet(-counted);
      counted = 0;
    }
  }
}
