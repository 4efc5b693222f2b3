package io.annals.server;

import io.annals.store.Store;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Health and metrics, on a port of their own: {@code /health/live}, {@code /health/ready}, {@code
 * /metrics}.
 */
final class ManagementVerticle extends VerticleBase {
  private static final int CHECK_SECONDS = 2;
  private static final JsonObject UP = new JsonObject().put("status", "UP");

  private final String host;
  private final int port;
  private final Supplier<Map<String, Store>> stores;
  private final Metrics metrics;
  private volatile boolean stopping;
  private HttpServer server;

  ManagementVerticle(String host, int port, Supplier<Map<String, Store>> stores, Metrics metrics) {
    this.host = host;
    this.port = port;
    this.stores = stores;
    this.metrics = metrics;
  }

  @Override
  public Future<?> start() {
    server = vertx.createHttpServer().requestHandler(this::handle);
    return server.listen(port, host);
  }

  /** From now on the server says that it is not ready. */
  void announceStop() {
    stopping = true;
  }

  int port() {
    return server.actualPort();
  }

  private void handle(HttpServerRequest request) {
    switch (request.path()) {
      case "/health/live" -> answer(request, 200, UP);
      case "/health/ready" -> ready(request);
      case "/metrics" -> measured(request);
      default -> request.response().setStatusCode(404).end();
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

  private void ready(HttpServerRequest request) {
    if (stopping) {
      answer(request, 503, new JsonObject().put("status", "STOPPING"));
      return;
    }
    Map<String, Future<JsonObject>> checks = new TreeMap<>();
    stores.get().forEach((name, store) -> checks.put(name, check(store)));
    Future.join(List.copyOf(checks.values()))
        .onSuccess(
            checked -> {
              boolean up = checks.values().stream().allMatch(check -> check.result().equals(UP));
              JsonObject ofStores = new JsonObject();
              checks.forEach((name, check) -> ofStores.put(name, check.result()));
              JsonObject body = new JsonObject().put("status", up ? "UP" : "DOWN");
              answer(request, up ? 200 : 503, body.put("stores", ofStores));
            });
  }

  private static Future<JsonObject> check(Store store) {
    return store
        .check()
        .timeout(CHECK_SECONDS, TimeUnit.SECONDS)
        .map(UP)
        .otherwise(
            failure -> new JsonObject().put("status", "DOWN").put("reason", failure.getMessage()));
  }

  private static void answer(HttpServerRequest request, int status, JsonObject body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(body.encode());
  }
}
