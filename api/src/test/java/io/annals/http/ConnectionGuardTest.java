package io.annals.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.Eventually;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send a byte now and then: what they are allowed, and when they are cut off. */
class ConnectionGuardTest {
  private static final int WAIT_MILLIS = 800;
  private static final int CUT_OFF_MILLIS_MAX = 3 * WAIT_MILLIS;

  /** For what ends by itself, on a machine that may stand still for seconds. */
  private static final int PATIENCE_MILLIS = 20_000;

  private static final int CONNECTIONS_MAX = 5;
  private static final String GET = "GET /at-once HTTP/1.1\r\nHost: x\r\n\r\n";

  private final Vertx vertx = GuardedTransport.vertx(CONNECTIONS_MAX);
  private final List<Socket> sockets = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws TimeoutException {
    server = listen();
  }

  private HttpServer listen() throws TimeoutException {
    return vertx
        .createHttpServer(
            new HttpServerOptions()
                .setIdleTimeout(WAIT_MILLIS)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
        .requestHandler(this::handle)
        .listen(0, "127.0.0.1")
        .await(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private void handle(HttpServerRequest request) {
    ConnectionGuard.begin(request);
    switch (request.path()) {
      case "/at-once" -> request.response().end("ok");
      case "/long" -> {
        LongRequest.begin(request);
        request.endHandler(v -> request.response().end("ok"));
      }
      case "/body" -> request.endHandler(v -> request.response().end("ok"));
      default -> vertx.timer(CUT_OFF_MILLIS_MAX).onSuccess(v -> request.response().end("ok"));
    }
  }

  private Socket connect() throws IOException {
    return connect(server);
  }

  private Socket connect(HttpServer to) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), to.actualPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(20);
    sockets.add(socket);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends one byte after the other, and what is read meanwhile, until closed or in time. */
  private static String trickle(Socket socket, String text, int millisMax) throws IOException {
    StringBuilder read = new StringBuilder();
    InputStream in = socket.getInputStream();
    long startNanos = System.nanoTime();
    for (int i = 0; millis(startNanos) < millisMax; i++) {
      try {
        send(socket, text.substring(i % text.length(), i % text.length() + 1));
        int c = in.read();
        while (c >= 0) {
          read.append((char) c);
          c = in.read();
        }
        return read + "<closed>";
      } catch (SocketTimeoutException e) {
        // Nothing is to be read now.
      } catch (SocketException e) {
        return read + "<closed>";
      }
    }
    return read.toString();
  }

  private static long millis(long sinceNanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNanos);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "G",
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nX: ",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "POST /at-once HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n",
        "POST /at-once HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n",
        "POST /body HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n",
        "POST /body HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n",
        GET + "GET / HTTP/1.1\r\nX: ",
        "GET / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
      })
  void bytesThatTrickle_doNotHoldAConnection(String start) throws IOException {
    Socket socket = connect();
    send(socket, start);
    assertThat(trickle(socket, "x", PATIENCE_MILLIS)).endsWith("<closed>");
  }

  /** The answer to {@link #GET}; empty if the connection is closed instead. */
  private static String answer(Socket socket) throws IOException {
    send(socket, GET);
    StringBuilder read = new StringBuilder();
    long startNanos = System.nanoTime();
    while (read.indexOf("\r\n\r\nok") < 0 && millis(startNanos) < 10_000) {
      try {
        int c = socket.getInputStream().read();
        if (c < 0) {
          return "";
        }
        read.append((char) c);
      } catch (SocketTimeoutException e) {
        // Nothing is to be read now.
      }
    }
    return read.toString();
  }

  @Test
  void requestsNowAndThen_keepTheirConnection() throws Exception {
    Socket socket = connect();
    long startNanos = System.nanoTime();
    while (millis(startNanos) < CUT_OFF_MILLIS_MAX) {
      long askedNanos = System.nanoTime();
      assertThat(answer(socket)).contains("200 OK");
      TimeUnit.MILLISECONDS.sleep(WAIT_MILLIS / 4);
      if (millis(askedNanos) > WAIT_MILLIS / 2) { // the machine stood still: it may be cut off
        socket = connect();
      }
    }
  }

  @Test
  void bodyThatHasAClockOfItsOwn_isLeftToIt() throws IOException {
    Socket socket = connect();
    send(socket, "POST /long HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n");
    assertThat(trickle(socket, "x", CUT_OFF_MILLIS_MAX)).isEmpty();
  }

  @Test
  void answerThatTakesItsTime_isWaitedFor() throws IOException {
    Socket socket = connect();
    send(socket, "GET /slow HTTP/1.1\r\n\r\n");
    assertThat(trickle(socket, GET, CUT_OFF_MILLIS_MAX + 4 * WAIT_MILLIS)).contains("200 OK");
  }

  @Test
  void connectionsBeyondTheBound_areClosedAtOnceAndOthersServed() throws IOException {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    GuardedTransport.of(vertx).orElseThrow().bindTo(meters);
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
      assertThat(answer(connect())).contains("200 OK");
    }
    assertThat(meters.get("annals.queue.used").gauge().value()).isEqualTo(CONNECTIONS_MAX);
    assertThat(trickle(connect(), GET, WAIT_MILLIS / 2)).isEqualTo("<closed>");
    assertThat(meters.get("annals.http.connections.refused").functionCounter().count()).isOne();
    sockets.get(0).close();
    Eventually.within10Seconds(
        () -> {
          try (Socket again = connect()) {
            assertThat(answer(again)).contains("200 OK");
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void portWithABoundOfItsOwn_takesNoPlaceOfOthers_norTheyItsOwn() throws Exception {
    HttpServer apart = listen();
    GuardedTransport.of(vertx).orElseThrow().limit(apart.actualPort(), 1);
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
      assertThat(answer(connect())).contains("200 OK");
    }
    assertThat(answer(connect(apart))).contains("200 OK");
    assertThat(trickle(connect(apart), GET, WAIT_MILLIS / 2)).isEqualTo("<closed>");
    assertThat(trickle(connect(), GET, WAIT_MILLIS / 2)).isEqualTo("<closed>");
  }
}
