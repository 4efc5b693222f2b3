package io.annals.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.Eventually;
import io.annals.contract.ApiDocument;
import io.annals.contract.ApiOperation;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is counted of requests, and by which labels. */
final class RequestMeterTest {
  private static final ApiOperation PUBLIC =
      ApiDocument.load("tenant").operations().stream()
          .filter(ApiOperation::isPublic)
          .findFirst()
          .orElseThrow();

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final Vertx vertx = Vertx.vertx();
  private HttpServer server;

  @BeforeEach
  void serve() throws Exception {
    Router router = Router.router(vertx);
    router.route().handler(new RequestMeter(meters));
    router
        .route("/served")
        .handler(Door.to(PUBLIC))
        .handler(context -> context.response().setStatusCode(207).end());
    router.route("/never").handler(context -> arrived.countDown());
    server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .await(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private Socket send(String method, String path) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    String head = method + " " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private void ask(String method, String path) throws IOException {
    try (Socket socket = send(method, path)) {
      assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
    }
  }

  private void awaitCounted(String operation, String method, String status) {
    Eventually.within10Seconds(
        () -> {
          Timer timer =
              meters
                  .find("annals.http.request")
                  .tags("operation", operation, "method", method, "status", status)
                  .timer();
          assertThat(timer).isNotNull();
          assertThat(timer.count()).isOne();
        });
    assertThat(meters.get("annals.http.requests.active").gauge().value()).isZero();
  }

  @Test
  void request_isCountedByItsOperation() throws IOException {
    ask("GET", "/served?and=more");
    awaitCounted(PUBLIC.operationId(), "GET", "207");
  }

  @Test
  void requestOfNoOperation_isCountedTogetherWithAllOthers() throws IOException {
    ask("GET", "/one");
    awaitCounted("none", "GET", "404");
    ask("GET", "/two");
    Eventually.within10Seconds(
        () -> assertThat(meters.get("annals.http.request").timer().count()).isEqualTo(2));
  }

  @Test
  void methodOfTheClientsOwn_isNoLabel() throws IOException {
    ask("BREW", "/coffee");
    awaitCounted("none", "other", "404");
  }

  @Test
  void clientThatLeft_isCountedAsSuch() throws Exception {
    try (Socket socket = send("GET", "/never")) {
      assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(meters.get("annals.http.requests.active").gauge().value()).isOne();
      assertThat(socket.isConnected()).isTrue();
    }
    awaitCounted("none", "GET", "499");
  }
}
