package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.http.GuardedTransport;
import io.annals.server.AnnalsServer;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What browsers are told, and what pages of other origins may do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserIT {
  private static final String ORIGIN = "https://dashboard.example.com";
  private static final String OTHER = "http://localhost:3000";

  // Servers of one Vert.x whose port is free to choose share it.
  private final Vertx vertx = GuardedTransport.vertx(100);
  private final Vertx vertxOfAny = GuardedTransport.vertx(100);
  private AnnalsServer some;
  private AnnalsServer any;

  @BeforeAll
  void start() {
    some = ApiFixture.startServer(vertx, Map.of("ANNALS_HTTP_CORS_ORIGINS", ORIGIN + "," + OTHER));
    any = ApiFixture.startServer(vertxOfAny, Map.of("ANNALS_HTTP_CORS_ORIGINS", "*"));
  }

  @AfterAll
  void stop() {
    ApiFixture.await(some.stop());
    ApiFixture.await(any.stop());
    ApiFixture.await(vertx.close());
    ApiFixture.await(vertxOfAny.close());
  }

  private static Answer call(AnnalsServer server, Call call) {
    try (Wire wire = new Wire(server.url())) {
      Answer answer = Objects.requireNonNull(wire.send(call.bytes()).read(call.method()));
      assertThat(ApiFixture.takeErrors()).isEmpty();
      return answer;
    }
  }

  private static Call preflight(Stream stream, String origin) {
    return Call.of("OPTIONS", stream.path(UUID.randomUUID()))
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "authorization,content-type");
  }

  @Test
  void preflight_isAnsweredWithoutACredential() {
    for (Stream stream : Stream.values()) {
      for (String origin : List.of(ORIGIN, OTHER)) {
        Answer answer = call(some, preflight(stream, origin));
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("access-control-allow-origin")).isEqualTo(origin);
        assertThat(answer.header("vary")).containsIgnoringCase("origin");
        assertThat(answer.header("access-control-allow-methods")).contains("GET", "POST");
        assertThat(answer.header("access-control-allow-headers").split(","))
            .containsExactlyInAnyOrder(
                "Authorization",
                "X-API-Key",
                "X-Tenant-ID",
                "X-Request-Id",
                "traceparent",
                "tracestate",
                "Content-Type",
                "Content-Encoding");
        assertThat(answer.header("access-control-allow-credentials")).isNull();
      }
    }
    assertThat(call(any, preflight(Stream.LOG, "https://x.example")))
        .satisfies(a -> assertThat(a.status()).isEqualTo(204))
        .satisfies(a -> assertThat(a.header("access-control-allow-origin")).isEqualTo("*"));
  }

  @Test
  void preflight_allowsEveryHeaderThatADocumentDescribes() {
    Set<String> described =
        AccessMatrixIT.operations().stream()
            .flatMap(operation -> operation.getPayload().parameters().stream())
            .filter(parameter -> parameter.getString("in").equals("header"))
            .map(parameter -> parameter.getString("name"))
            .collect(Collectors.toSet());
    Answer answer = call(some, preflight(Stream.LOG, ORIGIN));
    assertThat(answer.header("access-control-allow-headers").split(",")).containsAll(described);
  }

  @Test
  void everyAnswer_canBeReadByPagesThatMayCall() {
    UUID tenant = UUID.randomUUID();
    try (Client client = new Client(tenant, ApiFixture.token(tenant))) {
      for (Stream stream : Stream.values()) {
        Call list = client.list(stream);
        for (Call call :
            List.of(
                list,
                list.without("Authorization"),
                list.query("x", 1),
                list.target("/nowhere"),
                list.target(list.target() + "/%zz"),
                list.method("DELETE"),
                client.append(stream).json("{"))) {
          Answer answer = call(some, call.header("Origin", ORIGIN));
          assertThat(answer.header("access-control-allow-origin")).as("%s", call).isEqualTo(ORIGIN);
          assertThat(answer.header("access-control-expose-headers").split(","))
              .containsExactlyInAnyOrder(
                  "Retry-After",
                  "RateLimit",
                  "RateLimit-Policy",
                  "WWW-Authenticate",
                  "X-Request-Id");
        }
      }
    }
  }

  @Test
  void pagesOfOthers_areServedAsWithoutCors() {
    for (String origin :
        List.of(
            "https://dashboard.example.com.evil.example",
            "http://dashboard.example.com",
            "https://dashboard.example.com:8443",
            "https://DASHBOARD.example.com",
            "null",
            "",
            "https://[",
            some.url())) {
      Answer preflight = call(some, preflight(Stream.LOG, origin));
      assertThat(preflight.status()).as(origin).isEqualTo(401);
      Answer docs = call(some, Call.of("GET", "/docs").header("Origin", origin));
      assertThat(docs.status()).as(origin).isEqualTo(200);
      for (Answer answer : List.of(preflight, docs)) {
        assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
        assertThat(answer.header("vary")).isEqualToIgnoringCase("origin");
      }
      assertThat(call(any, Call.of("GET", "/docs").header("Origin", origin)).status())
          .as(origin)
          .isEqualTo(200);
    }
  }

  @Test
  void withoutTheSetting_noOriginIsAllowed() {
    Answer answer = call(ApiFixture.server(), preflight(Stream.LOG, ORIGIN));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.headers()).doesNotContainKeys("access-control-allow-origin", "vary");
  }

  @Test
  void everyAnswer_isToBeTakenForWhatItSays() {
    UUID tenant = UUID.randomUUID();
    try (Client client = new Client(tenant, ApiFixture.token(tenant))) {
      Call list = client.list(Stream.LOG);
      for (Call call :
          List.of(
              list,
              list.without("Authorization"),
              list.target("/nowhere"),
              list.target("/docs"),
              list.target("/docs/init.js"),
              list.target("/docs/ui/swagger-ui-bundle.js"),
              list.target("/docs/ui/nothing"),
              list.target("/openapi/log.yaml"),
              list.target("/"),
              list.header("X-Long", "x".repeat(20_000)),
              list.header("no name", "x"))) {
        Answer answer = call(ApiFixture.server(), call);
        assertThat(answer.header("x-content-type-options")).as("%s", call).isEqualTo("nosniff");
        assertThat(answer.header("referrer-policy")).as("%s", call).isEqualTo("no-referrer");
        assertThat(answer.header("content-security-policy"))
            .as("%s", call)
            .startsWith("default-src ")
            .contains("frame-ancestors 'none'");
        assertThat(answer.headers()).doesNotContainKey("strict-transport-security");
      }
      assertThat(call(ApiFixture.server(), list).header("cache-control")).isEqualTo("no-store");
    }
  }
}
