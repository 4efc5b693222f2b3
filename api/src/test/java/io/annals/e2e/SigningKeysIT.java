package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.Eventually;
import io.annals.auth.KeyFile;
import io.annals.auth.TestTokens;
import io.annals.auth.TokenIssuer;
import io.annals.model.TenantId;
import io.annals.server.AnnalsServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers that share a key file, while its keys are rotated. */
class SigningKeysIT {
  private static final Call KEY_SET = Call.of("GET", "/.well-known/jwks.json");

  @TempDir Path directory;
  private final UUID tenant = UUID.randomUUID();
  private final List<AnnalsServer> servers = new ArrayList<>();

  /** One for each server: within one, both would share a port and take turns to answer. */
  private final List<Vertx> machines = List.of(Vertx.vertx(), Vertx.vertx());

  private Path file;

  @BeforeEach
  void start() {
    file = directory.resolve("auth.json");
    Map<String, String> settings = Map.of("ANNALS_AUTH_KEY_FILE", file.toString());
    machines.forEach(vertx -> servers.add(ApiFixture.startServer(vertx, settings)));
    assertThat(servers).extracting(AnnalsServer::url).doesNotHaveDuplicates();
  }

  @AfterEach
  void stop() {
    servers.forEach(server -> ApiFixture.await(server.stop()));
    machines.forEach(vertx -> ApiFixture.await(vertx.close()));
    ApiFixture.takeErrors();
  }

  private static Answer send(AnnalsServer server, Call call) {
    try (Wire wire = new Wire(server.url())) {
      return Objects.requireNonNull(wire.send(call.bytes()).read(call.method()));
    }
  }

  private static List<String> published(AnnalsServer server) {
    Answer answer = send(server, KEY_SET);
    assertThat(answer.status()).isEqualTo(200);
    Contract.check(KEY_SET, answer);
    return answer.json().getJsonArray("keys").stream()
        .map(key -> ((JsonObject) key).getString("kid"))
        .toList();
  }

  private String token() {
    return new TokenIssuer(KeyFile.read(file))
        .issue(
            "test", Optional.of(new TenantId(tenant)), Set.of("audit:read"), Duration.ofHours(1));
  }

  private void assertAcceptedByAll(String token) {
    for (AnnalsServer server : servers) {
      try (Client client = new Client(server, tenant, token)) {
        client.ok(client.list(Stream.LOG));
      }
    }
  }

  @Test
  void keySet_isPublicAndHoldsNoSecret() throws IOException {
    Answer answer = send(servers.get(0), KEY_SET);

    assertThat(answer.status()).isEqualTo(200);
    Contract.check(KEY_SET, answer);
    assertThat(answer.header("content-type")).isEqualTo("application/json");
    assertThat(answer.header("cache-control")).isEqualTo("public, max-age=5");
    assertThat(answer.json()).isEqualTo(KeyFile.read(file).publicKeySet(Instant.now()));
    JsonObject secret =
        new JsonObject(Files.readString(file)).getJsonArray("keys").getJsonObject(0);
    assertThat(answer.json().getJsonArray("keys").getJsonObject(0).fieldNames())
        .containsExactly("kid", "alg", "use", "kty", "n", "e");
    for (String member : List.of("d", "p", "q", "dp", "dq", "qi")) {
      assertThat(answer.text()).doesNotContain(secret.getString(member));
    }
  }

  @Test
  void keySet_isForGetOnlyAndTakesNoParameters() {
    Answer posted = send(servers.get(0), KEY_SET.method("POST").json("{}"));
    assertThat(posted.status()).isEqualTo(405);
    assertThat(posted.header("allow")).isEqualTo("GET");
    Call query = KEY_SET.query("kid", "1");
    Answer refused = send(servers.get(0), query);
    assertThat(refused.status()).isEqualTo(400);
    Contract.check(query, refused);
    assertThat(send(servers.get(0), KEY_SET.target("/.well-known/other")).status()).isEqualTo(401);
  }

  @Test
  void rotation_isTakenUpByEveryServerAndEndsNoToken() {
    String former = token();
    List<String> before = published(servers.get(0));
    assertAcceptedByAll(former);

    String kid = TestTokens.rotate(file);

    for (AnnalsServer server : servers) {
      Eventually.within10Seconds(
          () -> assertThat(published(server)).containsExactly(kid, before.get(0)));
    }
    String fresh = token();
    assertThat(TestTokens.kid(fresh)).isEqualTo(kid);
    assertAcceptedByAll(fresh);
    assertAcceptedByAll(former);
    assertThat(ApiFixture.takeErrors()).isEmpty();
  }

  @Test
  void damagedFile_leavesTheServersAsTheyAre() throws IOException {
    String token = token();
    List<String> before = published(servers.get(0));

    Files.writeString(file, "{");

    Eventually.within10Seconds(() -> assertThat(ApiFixture.takeErrors()).isNotEmpty());
    assertThat(published(servers.get(0))).isEqualTo(before);
    Answer answer;
    try (Wire wire = new Wire(servers.get(0).url())) {
      Call list =
          Call.of("GET", Stream.LOG.path(tenant))
              .header("Authorization", "Bearer " + token)
              .header("X-Tenant-ID", tenant.toString());
      answer = Objects.requireNonNull(wire.send(list.bytes()).read("GET"));
    }
    assertThat(answer.status()).isEqualTo(200);
  }
}
