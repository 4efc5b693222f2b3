package io.annals.server;

import io.annals.http.RefusalHandler;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import java.util.concurrent.TimeUnit;

/** The API on one event loop; several share the port. */
final class HttpVerticle extends VerticleBase {
  private static final int IDLE_SECONDS = 60;
  private static final int HEADER_BYTES_MAX = 16 * 1024;

  /** All filters of a list, each at its longest and percent-encoded, and a cursor. */
  private static final int REQUEST_LINE_BYTES_MAX = 32 * 1024;

  private static final int FAREWELL_MILLIS = 500;
  private static final int DRAIN_SECONDS = 20;

  private final String host;
  private final int port;
  private final Api api;
  private HttpServer server;
  private volatile boolean stopping;

  HttpVerticle(String host, int port, Api api) {
    this.host = host;
    this.port = port;
    this.api = api;
  }

  @Override
  public Future<?> start() {
    server =
        vertx.createHttpServer(
            new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setMaxHeaderSize(HEADER_BYTES_MAX)
                .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
                .setHandle100ContinueAutomatically(true));
    Router router = api.router(vertx);
    return server
        .requestHandler(request -> serve(router, request))
        .invalidRequestHandler(RefusalHandler::malformed)
        .listen();
  }

  private void serve(Router router, HttpServerRequest request) {
    if (stopping && request.version() != HttpVersion.HTTP_2) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    router.handle(request);
  }

  /**
   * Sends clients away with the answers that they get, for a moment, so that none of them has a
   * request on the way when its connection is closed; then lets what is under way finish.
   */
  @Override
  public Future<?> stop() {
    stopping = true;
    return vertx
        .timer(FAREWELL_MILLIS)
        .compose(v -> server.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS));
  }

  int port() {
    return server.actualPort();
  }
}
