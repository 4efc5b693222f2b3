package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes over the wire beside good requests: an answer or a closed connection, never a 500. */
class WireIT {
  /** Vert.x's own answer to a version of HTTP that there is not. */
  private static final int HTTP_VERSION_NOT_SERVED = 501;

  private final Client client = Client.ofNewTenant();
  private final Wire wire = new Wire(ApiFixture.server().url());

  @AfterEach
  void close() {
    wire.close();
    client.close();
  }

  private static String head(Call call) {
    return new String(call.bytes(), StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @EachAuditStream
  void connection_servesOnAfterEveryRefusal(Stream stream) {
    Call good = client.list(stream);
    Call post = client.append(stream, stream.item());
    List<Call> refused =
        List.of(
            good.without("Authorization"),
            post.without("Authorization"),
            post.header("Authorization", "Bearer x"),
            good.query("x", 1),
            post.json("{"),
            post.without("Content-Type"),
            post.header("Content-Encoding", "gzip"),
            post.method("DELETE"),
            post.target("/nowhere"),
            post.target(post.target() + "?x=1"),
            post.json("x".repeat(ApiFixture.BODY_BYTES_MAX + 1)),
            post.json("x".repeat(ApiFixture.BODY_BYTES_MAX + 1)).inChunks());
    for (Call call : refused) {
      Answer refusal = wire.send(call.bytes()).read(call.method());
      assertThat(refusal).as("%s", call).isNotNull();
      assertThat(refusal.status()).as("%s", call).isBetween(400, 422);
      Answer next = wire.send(good.bytes()).read("GET");
      assertThat(next).as("after %s", call).isNotNull();
      assertThat(next.status()).as("after %s", call).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EachAuditStream
  void pipelinedRequests_areAnsweredInTheirOrder(Stream stream) {
    Call post = client.append(stream, stream.item());
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      all.append(head(post)).append(head(client.list(stream).query(stream.limit, 200)));
      all.append(head(client.list(stream).query("x", 1))).append(head(post.json("{")));
    }
    wire.send(all.toString());
    for (int i = 0; i < 20; i++) {
      assertThat(status("POST")).isEqualTo(201);
      Answer list = Objects.requireNonNull(wire.read("GET"));
      assertThat(stream.items(list)).hasSize(i + 1);
      assertThat(status("GET")).isEqualTo(stream.invalid);
      assertThat(status("POST")).isEqualTo(stream.invalid);
    }
  }

  private int status(String method) {
    return Objects.requireNonNull(wire.read(method)).status();
  }

  @ParameterizedTest
  @EachAuditStream
  void headersTooLong_areRefusedInTheDialect(Stream stream) {
    Call call = client.list(stream);
    for (Call tooLong :
        List.of(
            call.header("X-Long", "x".repeat(20_000)),
            call.query("x", "x".repeat(40_000)),
            call.header("X-" + "x".repeat(20_000), "1"))) {
      judge(tooLong, head(tooLong));
    }
  }

  @ParameterizedTest
  @EachAuditStream
  void malformedRequests_areRefusedInTheDialect(Stream stream) {
    String path = stream.path(client.tenant);
    Call post = client.append(stream, stream.item());
    for (String length : List.of("x", "-1", "1.5", "99999999999999999999", "+5", "5, 6", "")) {
      judge(post, head(post).replaceFirst("Content-Length: \\d+", "Content-Length: " + length));
    }
    judge(post, head(post).replaceFirst("\r\n\r\n", "\r\nContent-Length: 7\r\n\r\n"));
    judge(post, head(post).replaceFirst("\r\n\r\n", "\r\nno colon\r\n\r\n"));
    judge(post, head(post).replaceFirst("\r\n\r\n", "\r\nbad name: 1\r\n\r\n"));
    judge(post, head(post).replaceFirst("\r\n\r\n", "\r\nX: a\u0000b\r\n\r\n"));
    judge(post, head(post).replaceFirst("HTTP/1.1", "HTTP/9.9"));
    judge(post, head(post).replaceFirst("HTTP/1.1", "HTPT/1.1"));
    judge(post, head(post).replaceFirst("POST", "PO ST"));
    for (String target :
        List.of(
            path + "/%",
            path + "/%zz",
            path + "/%ff",
            path + "%00",
            path + "/\u00e9",
            path + "/<\">|{}^`",
            path + "/..%2f",
            path + "#x",
            path + "/%5c..",
            path + ";x=1",
            "*",
            "x",
            "http://test" + path + "/x",
            "///v1//x",
            "?",
            "/%2e%2e/%2e%2e/x",
            "host:80",
            "/v1/tenants/",
            "/v1/tenants//x",
            "/v1/tenants/%/x",
            "/v1/tenants/%c3%28/credentialAuditEvents",
            "/v1/tenants/%-0/credentialAuditEvents",
            "/v1/tenants/%+1/credentialAuditEvents",
            "/docs/ui/..%2f..%2f",
            "/docs/ui/%zz")) {
      for (String method : List.of("GET", "POST", "CONNECT", "OPTIONS")) {
        Call call = post.method(method).target(target);
        judge(call, head(call));
      }
    }
  }

  /** An answer of the contract, or none. */
  private void judge(Call call, String bytes) {
    try (Wire fresh = new Wire(ApiFixture.server().url())) {
      Answer answer = fresh.send(bytes).endOfInput().read(call.method());
      if (answer != null && !call.target().startsWith("/docs")) {
        if (answer.status() != HTTP_VERSION_NOT_SERVED) {
          assertThat(answer.status()).as("%s: %s", bytes, answer).isBetween(400, 422);
          Contract.checkMalformed(call.target(call.target().replace("http://test", "")), answer);
        }
      }
    }
    assertThat(ApiFixture.takeErrors()).as("logged by %s", bytes).isEmpty();
  }

  @Test
  void garbage_isAnsweredOrHungUpOn() {
    Random random = new Random(23);
    for (int i = 0; i < 200; i++) {
      byte[] garbage = new byte[random.nextInt(300)];
      random.nextBytes(garbage);
      if (i % 2 == 0) {
        byte[] start = "GET /v1/audit-log HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(start, 0, garbage, 0, Math.min(start.length, garbage.length));
      }
      try (Wire fresh = new Wire(ApiFixture.server().url())) {
        fresh.send(garbage).send("\r\n\r\n").endOfInput();
        Answer answer = fresh.read("GET");
        if (answer != null) {
          assertThat(answer.status()).isIn(400, 401, 404, 405, 422, HTTP_VERSION_NOT_SERVED);
        }
      }
    }
    assertThat(ApiFixture.takeErrors()).isEmpty();
  }

  @ParameterizedTest
  @EachAuditStream
  void everyByteOfARequestReplaced_isNeverADefect(Stream stream) {
    Call call = client.append(stream, stream.item()).rawQuery("x=%C3%BC");
    byte[] good = call.bytes();
    Random random = new Random(29);
    for (int i = 0; i < good.length; i++) {
      byte[] spoilt = Arrays.copyOf(good, good.length);
      spoilt[i] = (byte) random.nextInt(256);
      try (Wire fresh = new Wire(ApiFixture.server().url())) {
        Answer answer = fresh.send(spoilt).endOfInput().read("POST");
        if (answer != null) {
          assertThat(answer.status())
              .as("byte %s: %s", i, answer)
              .isIn(201, 400, 401, 403, 404, 405, 413, 415, 422, HTTP_VERSION_NOT_SERVED);
        }
      }
      assertThat(ApiFixture.takeErrors()).as("byte %s", i).isEmpty();
    }
  }

  @ParameterizedTest
  @EachAuditStream
  void clientsThatHangUpMidway_areNoError(Stream stream) {
    byte[] whole = client.append(stream, stream.item()).bytes();
    for (int cut : new int[] {whole.length - 1, whole.length - 20}) {
      try (Wire fresh = new Wire(ApiFixture.server().url())) {
        fresh.send(Arrays.copyOf(whole, cut));
      }
    }
    client.ok(client.append(stream, stream.item()));
    assertThat(client.walk(stream, client.list(stream))).hasSize(1);
  }

  @ParameterizedTest
  @EachAuditStream
  void refusalWhileTheClientStillSends_isReadByTheClient(Stream stream) {
    Call call = client.append(stream, stream.item()).without("Authorization");
    String head = head(call).replaceFirst("Content-Length: \\d+", "Content-Length: 1000000");
    wire.send(head);
    assertThat(status("POST")).isEqualTo(401);
    int rest = 1_000_000 - (head.length() - head.indexOf("\r\n\r\n") - 4);
    wire.send("x".repeat(rest));
    wire.send(client.list(stream).bytes());
    assertThat(status("GET")).isEqualTo(200);
  }

  @ParameterizedTest
  @EachAuditStream
  void expectContinue_isHonoured(Stream stream) {
    String whole = head(client.append(stream, stream.item()).header("Expect", "100-continue"));
    int body = whole.indexOf("\r\n\r\n") + 4;
    wire.send(whole.substring(0, body)).send(whole.substring(body));
    assertThat(status("POST")).isEqualTo(201);
    wire.send(head(client.list(stream).header("Expect", "the unexpected")));
    assertThat(status("GET")).isIn(200, 417);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.0", "HTTP/1.1"})
  void connectionClose_isHonoured(String version) {
    Call call = client.list(Stream.LOG).header("Connection", "close");
    wire.send(head(call).replace("HTTP/1.1", version));
    assertThat(status("GET")).isEqualTo(200);
    assertThat(wire.read("GET")).isNull();
  }

  @ParameterizedTest
  @EachAuditStream
  void http2_servesTheSame(Stream stream) throws Exception {
    HttpClient http2 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    List<Integer> statuses = new ArrayList<>();
    for (Call call :
        List.of(
            client.list(stream),
            client.append(stream, stream.item()),
            client.list(stream).query("x", 1),
            client.append(stream).json("{"),
            client.append(stream).json("x".repeat(ApiFixture.BODY_BYTES_MAX + 1)),
            client.append(stream, stream.item()).without("Authorization"),
            client.list(stream).without("Authorization"),
            client.append(stream, stream.item()).method("DELETE"))) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(ApiFixture.server().url() + call.target()));
      call.headers()
          .forEach(
              line -> {
                int colon = line.indexOf(": ");
                request.header(line.substring(0, colon), line.substring(colon + 2));
              });
      HttpRequest.BodyPublisher body =
          call.body() == null
              ? HttpRequest.BodyPublishers.noBody()
              : HttpRequest.BodyPublishers.ofByteArray(call.body().getBytes());
      HttpResponse<byte[]> response =
          http2.send(
              request.method(call.method(), body).build(), HttpResponse.BodyHandlers.ofByteArray());
      assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
      statuses.add(response.statusCode());
      Contract.check(
          call,
          new Answer(
              response.statusCode(),
              response.headers().map(),
              io.vertx.core.buffer.Buffer.buffer(response.body())));
    }
    assertThat(statuses)
        .containsExactly(200, 201, stream.invalid, stream.invalid, 413, 401, 401, 405);
    assertThat(ApiFixture.takeErrors()).isEmpty();
  }
}
