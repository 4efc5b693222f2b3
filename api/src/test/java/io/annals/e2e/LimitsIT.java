package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.Eventually;
import io.annals.server.AnnalsServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.GoAway;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What callers see of configured limits. */
class LimitsIT {
  private static final Pattern LEFT = Pattern.compile("\"tenant-requests\";r=(\\d+);t=(\\d+)");

  private final Vertx vertx = Vertx.vertx();
  private final UUID tenant = UUID.randomUUID();

  /** On a server without limits, which shares the database. */
  private final Client unlimited = new Client(tenant, ApiFixture.token(tenant));

  private AnnalsServer server;

  /** A server with settings below {@code limits}, by the ends of their variables. */
  private Client client(String... limits) {
    Map<String, String> settings = new TreeMap<>();
    for (String limit : limits) {
      int equals = limit.indexOf('=');
      settings.put("ANNALS_LIMITS_" + limit.substring(0, equals), limit.substring(equals + 1));
    }
    server = ApiFixture.startServer(vertx, settings);
    return new Client(server, tenant, ApiFixture.token(tenant));
  }

  @AfterEach
  void stop() {
    unlimited.close();
    ApiFixture.await(server.stop());
    ApiFixture.await(vertx.close());
  }

  private static Answer limited(Stream stream, Client client, Call call, String policy) {
    Answer answer = client.call(call);
    assertThat(answer.status()).as("%s: %s", call, answer).isEqualTo(429);
    assertThat(stream.sentence(answer)).contains(policy);
    if (stream == Stream.LOG) {
      assertThat(answer.json().getString("code")).isEqualTo("rate_limited");
    } else if (stream.isOfTenant()) {
      assertThat(answer.json().getString("type")).isEqualTo("urn:annals:problem:too-many-requests");
    }
    assertThat(retryAfter(answer)).isPositive();
    assertThat(answer.header("ratelimit"))
        .isEqualTo("\"" + policy + "\";r=0;t=" + retryAfter(answer));
    return answer;
  }

  private static long retryAfter(Answer answer) {
    return Long.parseLong(String.valueOf(answer.header("retry-after")));
  }

  private static long left(Answer answer) {
    Matcher matcher = LEFT.matcher(String.valueOf(answer.header("ratelimit")));
    assertThat(matcher.matches()).as("%s", answer).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  private long stored(Stream stream) {
    return unlimited.newest(stream).isEmpty()
        ? 0
        : unlimited.walk(stream, unlimited.list(stream)).size();
  }

  private static Call lines(Call call, Stream stream, int count) {
    return call.without("Content-Type")
        .header("Content-Type", "application/x-ndjson")
        .body((stream.item().encode() + "\n").repeat(count));
  }

  @ParameterizedTest
  @EnumSource
  void requests_beyondTheRate_areRefused_beforeTheirBodyIsRead(Stream stream) {
    try (Client client = client("TENANT_REQUESTS_PER_SECOND=1", "BURST_SECONDS=3")) {
      Call append = client.append(stream, stream.item());
      int accepted = 0;
      Answer answer = client.call(append);
      while (answer.status() < 300 && accepted < 100) {
        accepted++;
        answer = client.call(append);
      }
      assertThat(accepted).isGreaterThanOrEqualTo(3);
      limited(stream, client, client.list(stream), "tenant-requests");
      limited(stream, client, append.json("{"), "tenant-requests");
      limited(stream, client, append.without("Content-Type"), "tenant-requests");
      assertThat(stored(stream)).isEqualTo(accepted);
    }
  }

  @ParameterizedTest
  @EnumSource
  void batches_areRefusedWhole_whenEventsAreSpent(Stream stream) {
    try (Client client = client("TENANT_EVENTS_PER_SECOND=1", "BURST_SECONDS=1")) {
      List<JsonObject> most = Collections.nCopies(1000, stream.item());
      client.ok(client.append(stream, most));
      Answer refused =
          limited(
              stream, client, client.append(stream, stream.item(), stream.item()), "tenant-events");
      assertThat(retryAfter(refused)).isBetween(900L, 1000L);
      if (!stream.isActivity()) {
        Answer invalid = client.call(client.append(stream, new JsonObject().put("x", 1)));
        assertThat(invalid.status()).isEqualTo(stream.invalid);
      }
      client.ok(client.list(stream));
      assertThat(stored(stream)).isEqualTo(1000);
    }
  }

  @Test
  void stream_thatHasBegun_isReadMoreSlowly() {
    Stream stream = Stream.TOKEN;
    try (Client client = client("CREDENTIAL_EVENTS_PER_SECOND=1000", "BURST_SECONDS=1")) {
      long startNanos = System.nanoTime();
      Answer answer = client.ok(lines(client.append(stream), stream, 3000));
      assertThat(answer.json().getInteger("accepted")).isEqualTo(3000);
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos)).isGreaterThan(1800);
      assertThat(stored(stream)).isEqualTo(3000);
    }
  }

  @Test
  void stream_thatMayNotBegin_isRefused() {
    Stream stream = Stream.TOKEN;
    try (Client client = client("CREDENTIAL_EVENTS_PER_SECOND=1", "BURST_SECONDS=1")) {
      client.ok(client.append(stream, Collections.nCopies(100, stream.item())));
      limited(stream, client, lines(client.append(stream), stream, 5000), "credential-events");
      assertThat(stored(stream)).isEqualTo(100);
    }
  }

  @Test
  void shortStreams_takeNoMoreThanTheirEvents() {
    Stream stream = Stream.TOKEN;
    try (Client client = client("TENANT_EVENTS_PER_SECOND=1", "BURST_SECONDS=100")) {
      for (int i = 0; i < 33; i++) {
        client.ok(lines(client.append(stream), stream, 3));
      }
      assertThat(stored(stream)).isEqualTo(99);
    }
  }

  @ParameterizedTest
  @EnumSource
  void answers_tellWhatIsLeft(Stream stream) {
    try (Client client = client("TENANT_REQUESTS_PER_SECOND=1", "BURST_SECONDS=3600")) {
      Answer appended = client.ok(client.append(stream, stream.item()));
      Answer listed = client.ok(client.list(stream));
      Answer invalid = client.call(client.list(stream).query("x", 1));
      assertThat(invalid.status()).isEqualTo(stream.invalid);
      for (Answer answer : List.of(appended, listed, invalid)) {
        assertThat(answer.header("ratelimit-policy"))
            .isEqualTo("\"tenant-requests\";q=3600;w=3600");
      }
      assertThat(left(appended)).isBetween(3500L, 3599L);
      assertThat(left(listed)).isLessThanOrEqualTo(left(appended));
      assertThat(left(invalid)).isLessThan(left(appended) + 2);
      Answer stranger = client.call(client.list(stream).without("Authorization"));
      assertThat(stranger.status()).isEqualTo(401);
      assertThat(stranger.headers()).doesNotContainKeys("ratelimit", "ratelimit-policy");
    }
  }

  @ParameterizedTest
  @EnumSource
  void failedAuthentications_wait_validOnesDoNot(Stream stream) {
    try (Client client = client("FAILURES_PER_MINUTE=60")) {
      Call call = client.list(stream);
      client.ok(client.append(stream, stream.item()));
      Call failing = call.without("Authorization");
      long startNanos = System.nanoTime();
      for (int i = 0; i < 62; i++) {
        assertThat(client.call(failing).status()).isEqualTo(401);
      }
      long failedNanos = System.nanoTime();
      assertThat(TimeUnit.NANOSECONDS.toMillis(failedNanos - startNanos)).isGreaterThan(1900);
      try (Wire before = new Wire(server.url());
          Wire waiting = new Wire(server.url())) {
        before.send(failing.bytes());
        waiting.send(failing.bytes());
        client.ok(call);
        assertThat(waiting.isAnswered()).isFalse();
        assertThat(waiting.read("GET").status()).isEqualTo(401);
      }
    }
  }

  @Test
  void failedExchanges_waitLikeOtherFailures_malformedOnesDoNot() {
    try (Client client = client("FAILURES_PER_MINUTE=60")) {
      Call byClient = form("grant_type=client_credentials&client_id=a&client_secret=b");
      Call byPassword = form("grant_type=password&username=a&password=b");
      Call malformed = form("grant_type=password");
      long startNanos = System.nanoTime();
      for (int i = 0; i < 31; i++) {
        assertThat(client.call(byClient).status()).isEqualTo(401);
        assertThat(client.call(byPassword).status()).isEqualTo(400);
      }
      long failedNanos = System.nanoTime();
      assertThat(TimeUnit.NANOSECONDS.toMillis(failedNanos - startNanos)).isGreaterThan(1900);
      try (Wire waiting = new Wire(server.url())) {
        waiting.send(byClient.bytes());
        assertThat(client.call(malformed).status()).isEqualTo(400);
        assertThat(waiting.isAnswered()).isFalse();
        assertThat(waiting.read("POST").status()).isEqualTo(401);
      }
    }
  }

  @Test
  void failuresBeyondThoseThatWait_endTheirConnection_inHttp2Too() {
    client("FAILURES_PER_MINUTE=1").close();
    List<GoAway> farewells = new CopyOnWriteArrayList<>();
    HttpClient http2 =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false))
            .with(new PoolOptions().setHttp2MaxSize(12))
            .withConnectHandler(connection -> connection.goAwayHandler(farewells::add))
            .build();
    for (int i = 0; i < 1_200; i++) {
      http2
          .request(new RequestOptions().setAbsoluteURI(server.url() + "/v1/audit-log"))
          .compose(HttpClientRequest::send);
    }
    Eventually.within10Seconds(() -> assertThat(farewells).isNotEmpty());
  }

  private static Call form(String form) {
    return Call.of("POST", "/v1/auth/token")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(form);
  }
}
