package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.server.AnnalsServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LifecycleIT {
  private static Answer get(String url, String path) {
    try (Wire wire = new Wire(url)) {
      return Objects.requireNonNull(wire.send(Call.of("GET", path).bytes()).read("GET"));
    }
  }

  @Test
  void runningServer_isLiveAndReady() {
    String url = ApiFixture.server().managementUrl();
    Answer live = get(url, "/health/live");
    assertThat(live.status()).isEqualTo(200);
    assertThat(live.json()).isEqualTo(new JsonObject().put("status", "UP"));
    Answer ready = get(url, "/health/ready");
    assertThat(ready.status()).isEqualTo(200);
    assertThat(ready.json().getString("status")).isEqualTo("UP");
    assertThat(ready.json().getJsonObject("serves").getMap())
        .isEqualTo(Map.of("activity", "UP", "audit", "UP", "keys", "UP"));
    JsonObject postgres = ready.json().getJsonObject("stores").getJsonObject("postgres");
    assertThat(postgres.getString("status")).isEqualTo("UP");
    assertThat(postgres.getJsonArray("roles")).contains("audit", "keys");
    assertThat(Instant.parse(postgres.getString("since"))).isBefore(Instant.now());
    assertThat(get(url, "/health/ready/audit").status()).isEqualTo(200);
    assertThat(get(url, "/health/ready/nothing").status()).isEqualTo(404);
    assertThat(get(url, "/health").status()).isEqualTo(404);
    assertThat(get(ApiFixture.server().url(), "/health/live").status()).isEqualTo(401);
  }

  @Test
  void requestUnderWay_isAnsweredWhenTheServerStops() {
    Vertx vertx = Vertx.vertx();
    AnnalsServer server = ApiFixture.startServer(vertx);
    try (Client client = Client.ofNewTenant();
        Wire wire = new Wire(server.url());
        Wire idle = new Wire(server.url())) {
      Call list = client.list(Stream.LOG);
      assertThat(idle.send(list.bytes()).read("GET")).isNotNull();
      Call call = client.append(Stream.LOG, Stream.LOG.item());
      String whole = new String(call.bytes(), StandardCharsets.UTF_8);
      String expecting = whole.replaceFirst("\r\n", "\r\nExpect: 100-continue\r\n");
      int body = expecting.indexOf("\r\n\r\n") + 4;
      wire.send(expecting.substring(0, body));
      wire.readContinue(); // so it is under way
      Future<Void> stopped = server.stop();
      assertThat(idle.read("GET")).as("an idle connection is closed").isNull();
      wire.send(expecting.substring(body));
      Answer answer = Objects.requireNonNull(wire.read("POST"));
      assertThat(answer.status()).isEqualTo(201);
      assertThat(answer.header("connection")).isEqualTo("close");
      ApiFixture.await(stopped);
      assertThat(Stream.LOG.items(client.ok(list))).hasSize(1);
    } finally {
      ApiFixture.await(server.stop());
      ApiFixture.await(vertx.close());
    }
  }
}
