package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.Eventually;
import io.annals.auth.KeyFile;
import io.annals.auth.TokenIssuer;
import io.annals.faults.ServerProcess;
import io.annals.model.TenantId;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The log of a server that writes it as JSON, with a line for each request. */
class RequestLogIT {
  private static final Path DIRECTORY = Path.of("target", "logs").toAbsolutePath();
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static ServerProcess server;

  @BeforeAll
  static void start() throws Exception {
    Files.createDirectories(DIRECTORY);
    Map<String, String> settings =
        Map.of(
            "ANNALS_STORAGE_AUDIT", "memory",
            "ANNALS_STORAGE_ACTIVITY", "memory",
            "ANNALS_HTTP_PORT", "0",
            "ANNALS_MANAGEMENT_PORT", "0",
            "ANNALS_LOG_FORMAT", "json",
            "ANNALS_LOG_REQUESTS", "true",
            "ANNALS_DATA_DIR", DIRECTORY.toString());
    server = new ServerProcess(128, settings, DIRECTORY.resolve("server.log"));
  }

  @AfterAll
  static void stop() throws Exception {
    assertThat(server.stop()).isLessThan(Duration.ofSeconds(20));
    assertThat(
            server
                .log()
                .lines()
                .dropWhile(line -> !line.contains("Credential"))
                .skip(1)
                .filter(line -> !line.isBlank()))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}"));
    server.close();
  }

  private static Call list(UUID tenant) {
    TokenIssuer issuer = new TokenIssuer(KeyFile.readOrCreate(KeyFile.in(DIRECTORY)));
    String token =
        issuer.issue(
            "test",
            Optional.of(new TenantId(tenant)),
            Set.of("audit:read", "keys:write", "keys:read"),
            Duration.ofHours(1));
    return Call.of("GET", "/v1/audit-log")
        .header("Authorization", "Bearer " + token)
        .header("X-Tenant-ID", tenant.toString());
  }

  private static Answer call(Call call) {
    try (Wire wire = new Wire(server.url())) {
      return Objects.requireNonNull(wire.send(call.bytes()).read(call.method()));
    }
  }

  /** The only line about the request of this id. */
  private static JsonObject line(String requestId) {
    JsonObject[] found = new JsonObject[1];
    Eventually.within10Seconds(
        () -> {
          try {
            List<JsonObject> lines =
                server.jsonLog().stream()
                    .filter(line -> requestId.equals(line.getString("http.request.id")))
                    .toList();
            assertThat(lines).hasSize(1);
            found[0] = lines.get(0);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    return found[0];
  }

  @Test
  void line_saysRequestTenantAndTrace() {
    UUID tenant = UUID.randomUUID();
    Instant before = Instant.now().minusMillis(1);
    Answer answer =
        call(
            list(tenant)
                .query("limit", 7)
                .header("X-Request-Id", "order 66/\"a\"")
                .header("traceparent", "00-" + TRACE + "-" + SPAN + "-01")
                .header("tracestate", "vendor=1"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("x-request-id")).isEqualTo("order 66/\"a\"");
    JsonObject line = line("order 66/\"a\"");
    assertThat(line.getString("message")).matches("GET /v1/audit-log 200 in \\d+ ms");
    assertThat(line.getString("tenant.id")).isEqualTo(tenant.toString());
    assertThat(line.getString("trace.id")).isEqualTo(TRACE);
    assertThat(line.getString("span.id")).isEqualTo(SPAN);
    assertThat(line.getString("log.level")).isEqualTo("INFO");
    assertThat(line.getString("log.logger")).isEqualTo("io.annals.requests");
    assertThat(line.getString("process.thread.name")).startsWith("vert.x-eventloop-thread-");
    assertThat(line.getString("service.name")).isEqualTo("annals");
    assertThat(Instant.parse(line.getString("@timestamp"))).isBetween(before, Instant.now());
  }

  @Test
  void refusal_isALineToo_withAnIdThatIsMade() {
    Answer answer = call(Call.of("GET", "/v1/audit-log"));
    assertThat(answer.status()).isEqualTo(401);
    String id = Objects.requireNonNull(answer.header("x-request-id"));
    assertThat(id).matches("[0-9a-f]{16}");
    JsonObject line = line(id);
    assertThat(line.getString("message")).matches("GET /v1/audit-log 401 in \\d+ ms");
    assertThat(line.getMap()).doesNotContainKeys("tenant.id", "trace.id", "span.id");
  }

  @Test
  void idOrTrace_thatIsNotSane_isNotTaken() {
    Call list = list(UUID.randomUUID());
    String parent = "00-" + TRACE + "-" + SPAN + "-01";
    List<Call> calls =
        List.of(
            list.header("X-Request-Id", "x".repeat(257)),
            list.header("X-Request-Id", "a\tb"),
            list.header("X-Request-Id", "\u00e9"),
            list.header("X-Request-Id", "a").header("X-Request-Id", "b"),
            list.header("traceparent", parent.replace("00-4b", "ff-4b")),
            list.header("traceparent", parent.substring(1)),
            list.header("traceparent", parent.replace('f', 'F')),
            list.header("traceparent", "00-" + "0".repeat(32) + "-" + SPAN + "-01"),
            list.header("traceparent", parent).header("traceparent", parent));
    for (Call call : calls) {
      Answer answer = call(call);
      assertThat(answer.status()).as("%s", call).isEqualTo(200);
      String id = Objects.requireNonNull(answer.header("x-request-id"));
      assertThat(id).as("%s", call).matches("[0-9a-f]{16}");
      assertThat(line(id).getMap()).as("%s", call).doesNotContainKeys("trace.id", "span.id");
    }
  }

  /** A terminal would obey U+009B, and others take U+0085 for the end of the line. */
  @Test
  void whatNoTerminalShouldSee_isNotLogged() {
    Call odd =
        Call.of("M".repeat(3_000), "/v1/\u009b31m\u0085forged").header("X-Request-Id", "odd");
    assertThat(call(odd).status()).isBetween(400, 499);
    assertThat(line("odd").getString("message"))
        .matches("_OTHER /v1/\\?31m\\?forged 4\\d\\d in .*");
  }

  @Test
  void requestsAtOnce_areNotMixedUp() throws Exception {
    int requests = 400;
    IntStream.range(0, requests)
        .parallel()
        .forEach(
            i -> {
              Call call =
                  list(new UUID(66, i))
                      .header("X-Request-Id", "mixed-" + i)
                      .header("traceparent", "00-%032x-%s-00".formatted(i + 1, SPAN));
              assertThat(call(call).status()).isEqualTo(200);
            });
    for (int i = 0; i < requests; i++) {
      JsonObject line = line("mixed-" + i);
      assertThat(line.getString("tenant.id")).isEqualTo(new UUID(66, i).toString());
      assertThat(line.getString("trace.id")).isEqualTo("%032x".formatted(i + 1));
    }
  }

  @Test
  void changeOfKeys_recordsItsTrace() {
    UUID tenant = UUID.randomUUID();
    Call create =
        list(tenant)
            .method("POST")
            .target("/v1/tenants/" + tenant + "/serviceAccounts")
            .header("traceparent", "00-" + TRACE + "-" + SPAN + "-01")
            .json(new JsonObject().put("name", "robot"));
    Answer created = call(create);
    assertThat(created.status()).as("%s", created).isEqualTo(201);
    String events =
        "/v1/tenants/%s/serviceAccounts/%s/auditEvents"
            .formatted(tenant, created.json().getString("id"));
    JsonObject event =
        call(list(tenant).target(events)).json().getJsonArray("items").getJsonObject(0);
    assertThat(event.getJsonObject("detail"))
        .isEqualTo(new JsonObject().put("name", "robot").put("traceId", TRACE));
  }
}
