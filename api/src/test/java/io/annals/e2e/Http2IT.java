package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.auth.Eventually;
import io.annals.server.AnnalsServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.GoAway;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one connection of HTTP/2, or of many requests at once, may take. */
class Http2IT {
  private static final long FLOOD_BYTES_MAX = 40_000_000;
  private static final int ENHANCE_YOUR_CALM = 0xb;

  private final UUID tenant = UUID.randomUUID();
  private final Vertx vertx = Vertx.vertx();
  private final List<GoAway> farewells = new CopyOnWriteArrayList<>();
  private final HttpClient client =
      vertx
          .httpClientBuilder()
          .with(
              new HttpClientOptions()
                  .setProtocolVersion(HttpVersion.HTTP_2)
                  .setHttp2ClearTextUpgrade(false))
          .withConnectHandler(connection -> connection.goAwayHandler(farewells::add))
          .build();

  @AfterEach
  void close() {
    ApiFixture.await(vertx.close());
    assertThat(ApiFixture.takeErrors()).noneMatch(error -> !error.contains("HttpClient"));
  }

  private Future<HttpClientRequest> request(HttpMethod method, String path) {
    return client.request(
        new RequestOptions()
            .setMethod(method)
            .setAbsoluteURI(ApiFixture.server().url() + path)
            .putHeader("Authorization", "Bearer " + ApiFixture.token(tenant)));
  }

  private Future<Integer> get(String path) {
    return request(HttpMethod.GET, path)
        .compose(HttpClientRequest::send)
        .map(HttpClientResponse::statusCode);
  }

  private String activity() {
    return "/v1/tenants/" + tenant + "/activity";
  }

  @Test
  void linesWithoutEnd_areReadBesideOtherRequestsOfTheirConnection() {
    String line =
        "{\"tokenId\":\""
            + UUID.randomUUID()
            + "\",\"method\":\"GET\",\"path\":\"/x\",\"statusCode\":200}\n";
    int lines = 20_000;
    HttpClientRequest post = ApiFixture.await(request(HttpMethod.POST, activity()));
    post.putHeader("Content-Type", "application/x-ndjson").setChunked(true);
    Future<Buffer> answer = post.response().compose(HttpClientResponse::body);
    ApiFixture.await(post.write(line.repeat(lines / 2)));
    assertThat(ApiFixture.await(get("/docs"))).isEqualTo(200);
    ApiFixture.await(post.write(line.repeat(lines / 2)));
    assertThat(ApiFixture.await(get("/docs"))).isEqualTo(200);
    assertThat(answer.isComplete()).isFalse();
    ApiFixture.await(post.end());
    assertThat(ApiFixture.await(answer).toJsonObject().getInteger("accepted")).isEqualTo(lines);
  }

  @Test
  void refusalBeforeTheBody_isReadAndOthersGoOn() {
    HttpClientRequest post = ApiFixture.await(request(HttpMethod.POST, activity()));
    post.putHeader("Content-Type", "application/x-ndjson").setChunked(true);
    post.headers().remove("Authorization");
    ApiFixture.await(post.sendHead());
    HttpClientResponse refusal = ApiFixture.await(post.response());
    assertThat(refusal.statusCode()).isEqualTo(401);
    assertThat(refusal.headers().contains("connection")).isFalse();
    assertThat(ApiFixture.await(get("/docs"))).isEqualTo(200);
  }

  @Test
  void requestsTakenBackWhileTheirKeyIsLookedUp_areRecordedAndNoDefect() {
    int requests = 50;
    try (KeyClient keys = KeyClient.ofNewTenant("postgres")) {
      JsonObject key = keys.post("tokens", KeyClient.newToken().put("userId", "ada"));
      ApiFixture.await(get("/docs")); // so that all of them leave together
      for (int i = 0; i < requests; i++) {
        request(HttpMethod.GET, "/v1/audit-log")
            .onSuccess(
                get -> {
                  get.headers().remove("Authorization").add("X-API-Key", key.getString("secret"));
                  get.end().onSuccess(sent -> get.reset());
                });
      }
      Call activity = keys.call("GET", "tokens/" + key.getString("id") + "/activity");
      Eventually.within10Seconds(
          () -> assertThat(keys.ok(activity).json().getInteger("totalCount")).isEqualTo(requests));
    }
  }

  @Test
  void streams_areBoundedInNumber() {
    HttpClientRequest get = ApiFixture.await(request(HttpMethod.GET, "/docs"));
    ApiFixture.await(get.send());
    assertThat(get.connection().remoteSettings().getMaxConcurrentStreams()).isEqualTo(100);
  }

  @Test
  void requestsTakenBackInARush_endTheConnection() {
    Eventually.within10Seconds(
        () -> {
          for (int i = 0; i < 100; i++) {
            request(HttpMethod.GET, "/docs")
                .onSuccess(
                    request -> {
                      request.exceptionHandler(reset -> {});
                      request.sendHead();
                      request.reset();
                    });
          }
          assertThat(farewells).extracting(GoAway::getErrorCode).contains((long) ENHANCE_YOUR_CALM);
        });
    assertThat(ApiFixture.await(get("/docs"))).isEqualTo(200);
  }

  @Test
  void headersThatAreTooLong_neverLeaveAGoodClient() {
    HttpClientRequest get = ApiFixture.await(request(HttpMethod.GET, "/docs"));
    for (int i = 0; i < 10; i++) {
      get.putHeader("X-Long-" + i, "x".repeat(8_000));
    }
    assertThatThrownBy(() -> ApiFixture.await(get.send())).hasMessageContaining("49152");
    assertThat(ApiFixture.await(get("/docs"))).isEqualTo(200);
  }

  /** Answers that are not taken must not pile up in the server. */
  @Test
  void requestsWithoutReadingAnswers_areReadNoMoreAfterAWhile() throws Exception {
    byte[] requests =
        "GET /docs/init.js HTTP/1.1\r\nHost: x\r\n\r\n"
            .repeat(1000)
            .getBytes(StandardCharsets.US_ASCII);
    String url = ApiFixture.server().url();
    assertThat(flood(url, new byte[0], i -> requests)).isLessThan(FLOOD_BYTES_MAX);
  }

  /** Windows of HTTP/2 do not count heads. */
  @Test
  void requestsWithoutReadingHeads_areReadNoMoreAfterAWhile() throws Exception {
    byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] settings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    byte[] start = ByteBuffer.allocate(33).put(preface).put(settings).array();
    Vertx served = Vertx.vertx();
    AnnalsServer server = ApiFixture.startServer(served, Map.of("ANNALS_HTTP_CORS_ORIGINS", "*"));
    try {
      assertThat(flood(server.url(), start, Http2IT::preflights)).isLessThan(FLOOD_BYTES_MAX);
    } finally {
      ApiFixture.await(server.stop());
      ApiFixture.await(served.close());
    }
  }

  /** A thousand requests whose answers are heads only, in HPACK without its tables of names. */
  private static byte[] preflights(int turn) {
    String block =
        "\2\7OPTIONS\u0086\4\5/docs\1\1x\0\6origin\10http://x"
            + "\0\35access-control-request-method\3GET";
    ByteBuffer frames = ByteBuffer.allocate(1000 * (9 + block.length()));
    for (int i = 0; i < 1000; i++) {
      frames.putShort((short) 0).put((byte) block.length()).put((byte) 1).put((byte) 5);
      frames.putInt(2 * (1000 * turn + i) + 1);
      frames.put(block.getBytes(StandardCharsets.ISO_8859_1));
    }
    return frames.array();
  }

  /** Sends and never reads, until the server does not read either; how many bytes it took. */
  private static long flood(String url, byte[] start, IntFunction<byte[]> piece)
      throws IOException {
    URI uri = URI.create(url);
    InetSocketAddress address = new InetSocketAddress(uri.getHost(), uri.getPort());
    long sent = 0;
    try (SocketChannel channel = SocketChannel.open(address)) {
      channel.write(ByteBuffer.wrap(start));
      channel.configureBlocking(false);
      long lastNanos = System.nanoTime();
      for (int turn = 0; sent < FLOOD_BYTES_MAX; turn++) {
        ByteBuffer buffer = ByteBuffer.wrap(piece.apply(turn));
        while (buffer.hasRemaining()) {
          int written = channel.write(buffer);
          sent += written;
          if (written > 0) {
            lastNanos = System.nanoTime();
          } else if (System.nanoTime() - lastNanos > TimeUnit.SECONDS.toNanos(2)) {
            return sent;
          }
        }
      }
    } catch (SocketException | ClosedChannelException e) {
      return sent; // hung up on
    } catch (IOException e) {
      assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*");
    }
    return sent;
  }
}
