package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.auth.Eventually;
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
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one connection of HTTP/2, or of many requests at once, may take. */
class Http2IT {
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
    URI uri = URI.create(ApiFixture.server().url());
    byte[] requests =
        "GET /docs/init.js HTTP/1.1\r\nHost: x\r\n\r\n"
            .repeat(1000)
            .getBytes(StandardCharsets.US_ASCII);
    long sent = 0;
    try (SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(uri.getHost(), uri.getPort()))) {
      channel.configureBlocking(false);
      ByteBuffer buffer = ByteBuffer.wrap(requests);
      long stuckSinceNanos = System.nanoTime();
      while (System.nanoTime() - stuckSinceNanos < TimeUnit.SECONDS.toNanos(2)) {
        int written = channel.write(buffer);
        sent += written;
        if (written > 0) {
          stuckSinceNanos = System.nanoTime();
        }
        if (!buffer.hasRemaining()) {
          buffer.rewind();
        }
        assertThat(sent).as("bytes of requests").isLessThan(50_000_000L);
      }
    } catch (IOException e) {
      throw new AssertionError("after " + sent + " bytes", e);
    }
  }
}
