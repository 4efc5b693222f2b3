package io.annals.http;

import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.TimeUnit;

/** What the connection of a request needs whose body is read for as long as it takes. */
public final class LongRequest {
  private static final long FAREWELL_MILLIS = TimeUnit.SECONDS.toMillis(5);

  private LongRequest() {}

  /** To be called when its body is begun to be read; who reads it sees to it that it ends. */
  public static void begin(HttpServerRequest request) {
    ConnectionGuard.exempt(request);
  }

  /** Counts as a sign of life of the client, whom the server has stopped reading from. */
  public static void keepAlive(HttpServerRequest request) {
    ConnectionBase connection = (ConnectionBase) request.connection(); // every one of Vert.x is
    IdleStateHandler idle =
        connection.channelHandlerContext().pipeline().get(IdleStateHandler.class);
    if (idle != null) {
      idle.resetReadTimeout();
    }
  }

  /**
   * To be called before a request is answered whose body has not been read to its end: what is left
   * is read and dropped for a moment, because a client that is still sending would not get to see
   * the answer if its connection were closed at once.
   *
   * @return when that is over
   */
  public static Future<Void> endAfterAnswer(Vertx vertx, HttpServerRequest request) {
    Promise<Void> over = Promise.promise();
    boolean isShared = request.version() == HttpVersion.HTTP_2; // with other requests
    if (!isShared) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    Runnable cutOff =
        isShared ? () -> request.response().reset(0) : () -> request.connection().close();
    long timer =
        vertx.setTimer(
            FAREWELL_MILLIS,
            id -> {
              cutOff.run();
              over.tryComplete();
            });
    request.exceptionHandler(
        lost -> {
          vertx.cancelTimer(timer);
          over.tryComplete();
        });
    request.handler(dropped -> {});
    request.endHandler(
        v -> {
          if (vertx.cancelTimer(timer) && !isShared) {
            cutOff.run();
          }
          over.tryComplete();
        });
    request.resume();
    return over.future();
  }
}
