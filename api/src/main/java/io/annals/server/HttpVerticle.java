package io.annals.server;

import io.annals.http.AnswerHeaders;
import io.annals.http.ConnectionGuard;
import io.annals.http.ConnectionLimits;
import io.annals.http.GuardedTransport;
import io.annals.http.HttpSettings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The API on one event loop; several share the port. */
final class HttpVerticle extends VerticleBase {
  /** Long enough for whoever looks at the readiness every second; clients look at answers. */
  private static final int FAREWELL_MILLIS = 1_000;

  private static final int LEAVE_MILLIS = 500;
  private static final int LOOK_MILLIS = 50;

  /** Longer than any store may take to answer, or to be given up. */
  private static final int DRAIN_SECONDS = 12;

  static final int STOP_SECONDS_MAX = DRAIN_SECONDS + 2;

  private final HttpSettings settings;
  private final int port;
  private final Optional<TlsMaterial> tls;
  private final Api api;
  private HttpServer server;
  private volatile boolean stopping;

  /**
   * A server that is not started.
   *
   * @param port the one to listen on, which is not always the one in the settings
   * @param tls what to prove itself with, if it is served with TLS
   */
  HttpVerticle(HttpSettings settings, int port, Optional<TlsMaterial> tls, Api api) {
    this.settings = settings;
    this.port = port;
    this.tls = tls;
    this.api = api;
  }

  @Override
  public Future<?> start() {
    HttpServerOptions options = ConnectionLimits.options().setHost(settings.host()).setPort(port);
    tls.ifPresent(
        material -> options.setSsl(true).setUseAlpn(true).setKeyCertOptions(material.options()));
    server = vertx.createHttpServer(options);
    AnswerHeaders headers = new AnswerHeaders(tls.isPresent());
    Router router = api.router(vertx, settings.corsOrigins());
    router.route().order(Integer.MIN_VALUE).handler(this::sendAwayIfStopping);
    return server
        .requestHandler(
            request -> {
              headers.put(request.response());
              serve(router, request);
            })
        .invalidRequestHandler(
            request -> {
              headers.put(request.response());
              api.refusals().malformed(request);
            })
        .listen();
  }

  private void serve(Router router, HttpServerRequest request) {
    ConnectionGuard.begin(request);
    router.handle(request);
  }

  /** Decided when the answer is sent: until then the server may have been told to stop. */
  private void sendAwayIfStopping(RoutingContext context) {
    context.addHeadersEndHandler(
        v -> {
          if (stopping && context.request().version() != HttpVersion.HTTP_2) {
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
          }
        });
    context.next();
  }

  /** Follows the files of the certificate, for all servers that share the port. */
  void followTls() {
    tls.ifPresent(
        served -> context.runOnContext(v -> new TlsReload(vertx, server, served).start()));
  }

  /**
   * Sends clients away with the answers that they get, for a moment, then no longer lets them in,
   * so that after another moment none has a request on the way when its connection is closed; then
   * ends streams of lines, and lets what else is under way finish.
   */
  @Override
  public Future<?> stop() {
    stopping = true;
    return vertx
        .timer(FAREWELL_MILLIS)
        .onSuccess(
            v -> GuardedTransport.of(vertx).ifPresent(guarded -> guarded.stopAccepting(port())))
        .compose(v -> vertx.timer(LEAVE_MILLIS))
        .compose(v -> drain(System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS)));
  }

  /** Connections of streams must stay until their senders have seen the answer. */
  private Future<?> drain(long endNanos) {
    api.room().endStreams();
    return awaitStreams(endNanos)
        .map(
            v -> Math.max(endNanos - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)))
        .compose(leftNanos -> server.shutdown(leftNanos, TimeUnit.NANOSECONDS));
  }

  private Future<?> awaitStreams(long endNanos) {
    return !api.room().hasStreams() || System.nanoTime() > endNanos
        ? Future.succeededFuture()
        : vertx.timer(LOOK_MILLIS).compose(v -> awaitStreams(endNanos));
  }

  int port() {
    return server.actualPort();
  }
}
