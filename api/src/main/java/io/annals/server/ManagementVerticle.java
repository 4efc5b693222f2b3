package io.annals.server;

import io.annals.store.Store;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;

/** Health, on a port of its own: {@code /health/live} and {@code /health/ready}. */
final class ManagementVerticle extends VerticleBase {
  private static final int CHECK_SECONDS = 2;

  private final String host;
  private final int port;
  private final String storeName;
  private final Store store;
  private volatile boolean stopping;
  private HttpServer server;

  ManagementVerticle(String host, int port, String storeName, Store store) {
    this.host = host;
    this.port = port;
    this.storeName = storeName;
    this.store = store;
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
      case "/health/live" -> answer(request, 200, new JsonObject().put("status", "UP"));
      case "/health/ready" -> ready(request);
      default -> request.response().setStatusCode(404).end();
    }
  }

  private void ready(HttpServerRequest request) {
    if (stopping) {
      answer(request, 503, new JsonObject().put("status", "STOPPING"));
      return;
    }
    store
        .check()
        .timeout(CHECK_SECONDS, TimeUnit.SECONDS)
        .onComplete(
            up -> answer(request, 200, status("UP", new JsonObject().put("status", "UP"))),
            failure ->
                answer(
                    request,
                    503,
                    status(
                        "DOWN",
                        new JsonObject()
                            .put("status", "DOWN")
                            .put("reason", failure.getMessage()))));
  }

  private JsonObject status(String status, JsonObject ofStore) {
    return new JsonObject()
        .put("status", status)
        .put("stores", new JsonObject().put(storeName, ofStore));
  }

  private static void answer(HttpServerRequest request, int status, JsonObject body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(body.encode());
  }
}
