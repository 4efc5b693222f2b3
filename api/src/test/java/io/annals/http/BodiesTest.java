package io.annals.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies on a server with room for one of 40,000 bytes at a time. */
class BodiesTest {
  private static final int LARGE = 40_000;

  private final Vertx vertx = Vertx.vertx();
  private final Bodies bodies = new Bodies(50_000, new ByteBudget(LARGE + 1));
  private HttpServer server;

  @BeforeEach
  void listen() throws TimeoutException {
    Router router = Router.router(vertx);
    router
        .route()
        .handler(
            context ->
                bodies
                    .readJson(context)
                    .onSuccess(body -> context.response().end("" + body.length()))
                    .onFailure(
                        refused -> {
                          int status = ((Refusal) refused).reason().status();
                          context.response().setStatusCode(status).end();
                        }));
    server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws TimeoutException {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void largeBody_whileAnotherIsUnderWay_isRefusedAtOnce() throws IOException {
    try (Socket one = announce(LARGE);
        Socket other = announce(LARGE)) {
      // Whichever came first has the room by its announced length alone, before sending anything.
      assertThat(firstAnswer(one, other)).isEqualTo(503);
    }
  }

  @Test
  void smallBody_whileALargeOneIsUnderWay_isTaken() throws IOException {
    try (Socket slow = announce(LARGE);
        Socket small = announce(100)) {
      write(slow, 1);
      write(small, 100);
      assertThat(status(small)).isEqualTo(200);
    }
  }

  @Test
  void room_isGivenBack_afterAnswersAndRefusals() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (Socket whole = announce(LARGE)) {
        write(whole, LARGE);
        assertThat(status(whole)).isEqualTo(200);
      }
      try (Socket tooLarge = announce(60_000)) {
        assertThat(status(tooLarge)).isEqualTo(413);
      }
    }
  }

  /** The status of whichever answers first. */
  private static int firstAnswer(Socket one, Socket other) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (System.nanoTime() < end) {
      for (Socket socket : new Socket[] {one, other}) {
        if (socket.getInputStream().available() > 0) {
          return status(socket);
        }
      }
      Thread.onSpinWait();
    }
    throw new IOException("nobody answered");
  }

  private Socket announce(int length) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    socket.setSoTimeout(10_000);
    String head =
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
            + length
            + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
    return socket;
  }

  private static void write(Socket socket, int bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(" ".repeat(bytes).getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static int status(Socket socket) throws IOException {
    byte[] head = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
    return Integer.parseInt(new String(head, StandardCharsets.US_ASCII).substring(9));
  }
}
