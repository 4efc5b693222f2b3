package io.annals.server;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * Health, on a port of its own: {@code /health/live}; {@code /health/ready}, and {@code
 * /health/ready/activity} and so on for one of the things that are served.
 */
final class ManagementVerticle extends VerticleBase {
  private static final String READY = "/health/ready";
  private static final String UP = "UP";

  private final String host;
  private final int port;
  private final Health health;
  private HttpServer server;

  ManagementVerticle(String host, int port, Health health) {
    this.host = host;
    this.port = port;
    this.health = health;
  }

  @Override
  public Future<?> start() {
    server = vertx.createHttpServer().requestHandler(this::handle);
    return server.listen(port, host);
  }

  int port() {
    return server.actualPort();
  }

  private void handle(HttpServerRequest request) {
    String path = String.valueOf(request.path());
    if (path.equals("/health/live")) {
      answer(request, UP, status(UP));
    } else if (path.equals(READY)) {
      JsonObject all = health.toJson();
      answer(request, all.getString("status"), all);
    } else {
      ofRole(path)
          .ifPresentOrElse(
              status -> answer(request, status, status(status)),
              () -> request.response().setStatusCode(404).end());
    }
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
