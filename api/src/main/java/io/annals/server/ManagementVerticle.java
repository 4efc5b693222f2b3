package io.annals.server;

import io.annals.http.ConnectionLimits;
import io.annals.http.GuardedTransport;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Health and metrics, on a port of their own: {@code /health/live}; {@code /health/ready}, and
 * {@code /health/ready/activity} and so on for one of the things that are served; {@code /metrics}.
 */
final class ManagementVerticle extends VerticleBase {
  private static final String READY = "/health/ready";
  private static final String UP = "UP";

  /** Probes and scrapes are few; whoever else connects must not take what clients need. */
  private static final int CONNECTIONS_MAX = 256;

  private static final int IDLE_SECONDS = 10;

  private final String host;
  private final int port;
  private final Health health;
  private final Metrics metrics;
  private HttpServer server;

  ManagementVerticle(String host, int port, Health health, Metrics metrics) {
    this.host = host;
    this.port = port;
    this.health = health;
    this.metrics = metrics;
  }

  @Override
  public Future<?> start() {
    HttpServerOptions options =
        ConnectionLimits.options()
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    server = vertx.createHttpServer(options).requestHandler(this::handle);
    return server
        .listen(port, host)
        .onSuccess(
            listening ->
                GuardedTransport.of(vertx)
                    .ifPresent(guarded -> guarded.limit(listening.actualPort(), CONNECTIONS_MAX)));
  }

  int port() {
    return server.actualPort();
  }

  private void handle(HttpServerRequest request) {
    String path = String.valueOf(request.path());
    switch (path) {
      case "/health/live" -> answer(request, UP, status(UP));
      case READY -> {
        JsonObject all = health.toJson();
        answer(request, all.getString("status"), all);
      }
      case "/metrics" -> measured(request);
      default ->
          ofRole(path)
              .ifPresentOrElse(
                  status -> answer(request, status, status(status)),
                  () -> request.response().setStatusCode(404).end());
    }
  }

  private void measured(HttpServerRequest request) {
    vertx
        .executeBlocking(metrics::scrape, false)
        .onSuccess(
            text ->
                request
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, Metrics.MEDIA_TYPE)
                    .end(text))
        .onFailure(failure -> request.response().setStatusCode(500).end());
  }

  private Optional<String> ofRole(String path) {
    return path.startsWith(READY + "/")
        ? health.status(path.substring(READY.length() + 1))
        : Optional.empty();
  }

  private static JsonObject status(String status) {
    return new JsonObject().put("status", status);
  }

  private static void answer(HttpServerRequest request, String status, JsonObject body) {
    request
        .response()
        .setStatusCode(status.equals(UP) ? 200 : 503)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(body.encode());
  }
}
