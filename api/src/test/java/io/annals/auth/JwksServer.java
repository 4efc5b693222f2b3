package io.annals.auth;

import static io.annals.auth.AuthFixture.await;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** An identity provider on this host whose answers a test decides. */
final class JwksServer {
  final AtomicInteger requests = new AtomicInteger();
  private volatile Handler<HttpServerRequest> answer = request -> request.response().end("{}");
  private final HttpServer server;

  JwksServer(Vertx vertx) {
    server =
        await(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      requests.incrementAndGet();
                      answer.handle(request);
                    })
                .listen(0, "127.0.0.1"));
  }

  String uri() {
    return "http://127.0.0.1:" + server.actualPort() + "/jwks.json";
  }

  void answers(Handler<HttpServerRequest> handler) {
    answer = handler;
  }

  void answers(int status, String body) {
    answers(request -> request.response().setStatusCode(status).end(body));
  }

  void serves(TestKey... keys) {
    JsonObject[] jwks = Arrays.stream(keys).map(TestKey::publicJwk).toArray(JsonObject[]::new);
    answers(200, AuthFixture.jwks(jwks).encode());
  }
}
