package io.annals.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One keep-alive connection that sends prepared requests. It reads just what it needs of an answer,
 * so that the load generator takes little of the processors that it shares with the server.
 */
final class HttpConnection {
  /** Held because Vert.x closes the connections of a client that nothing refers to. */
  private final NetClient client;

  private final NetSocket socket;
  private final RecordParser parser = RecordParser.newDelimited("\r\n\r\n");
  private boolean inBody;
  private int status;
  private int expectedStatus;
  private @Nullable Promise<Buffer> answer;

  private HttpConnection(NetClient client, NetSocket socket) {
    this.client = client;
    this.socket = socket;
    parser.handler(this::part);
    socket.handler(parser);
    socket.closeHandler(
        v -> {
          if (answer != null) {
            answer.tryFail("the connection was closed");
          }
        });
  }

  static Future<HttpConnection> open(Vertx vertx, int port) {
    NetClient client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    return client.connect(port, "127.0.0.1").map(socket -> new HttpConnection(client, socket));
  }

  void close() {
    client.close();
  }

  /** A request in bytes, its body in JSON. */
  static Buffer request(String method, String path, String headers, @Nullable String body) {
    byte[] bytes = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
    String content =
        body == null
            ? ""
            : "Content-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n";
    return head(method, path, headers + content).appendBytes(bytes);
  }

  /** A request in bytes, its body in lines of JSON. */
  static Buffer post(String path, String headers, Buffer lines) {
    return announce(path, headers, lines.length()).appendBuffer(lines);
  }

  /** The head of a request whose body, lines of JSON, is so long. */
  static Buffer announce(String path, String headers, long length) {
    return head(
        "POST",
        path,
        headers + "Content-Type: application/x-ndjson\r\nContent-Length: " + length + "\r\n");
  }

  /** The head of a request whose body, lines of JSON, comes in chunks. */
  static Buffer chunked(String path, String headers) {
    return head(
        "POST",
        path,
        headers + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n");
  }

  /** Sends a request whose body is made piece by piece and whose length nobody knows before. */
  Future<Buffer> sendChunked(Buffer head, Iterator<Buffer> pieces, int status) {
    return send(head, new Chunks(pieces), status);
  }

  /** Pieces as chunks of RFC 9112, the last one empty. */
  private static final class Chunks implements Iterator<Buffer> {
    private final Iterator<Buffer> pieces;
    private boolean ended;

    Chunks(Iterator<Buffer> pieces) {
      this.pieces = pieces;
    }

    @Override
    public boolean hasNext() {
      return !ended;
    }

    @Override
    public Buffer next() {
      if (!pieces.hasNext()) {
        ended = true;
        return Buffer.buffer("0\r\n\r\n");
      }
      Buffer piece = pieces.next();
      return Buffer.buffer(Integer.toHexString(piece.length()) + "\r\n")
          .appendBuffer(piece)
          .appendString("\r\n");
    }
  }

  /** Sends it; the answer's body, or a failure if the status is another than expected. */
  Future<Buffer> send(Buffer request, int status) {
    expectedStatus = status;
    Promise<Buffer> promise = Promise.promise();
    answer = promise;
    socket.write(request.copy()); // what is written is consumed
    return promise.future();
  }

  /** Sends a request whose body is made piece by piece, no faster than the server takes it. */
  Future<Buffer> send(Buffer head, Iterator<Buffer> pieces, int status) {
    Future<Buffer> answered = send(head, status);
    sendNext(pieces);
    return answered;
  }

  private void sendNext(Iterator<Buffer> pieces) {
    if (!pieces.hasNext()) {
      return;
    }
    socket
        .write(pieces.next().copy())
        .onComplete(
            written -> sendNext(pieces),
            lost -> {
              if (answer != null) {
                answer.tryFail(lost);
              }
            });
  }

  private static Buffer head(String method, String path, String headers) {
    return Buffer.buffer(method + " " + path + " HTTP/1.1\r\nHost: bench\r\n" + headers + "\r\n");
  }

  private void part(Buffer part) {
    if (!inBody) {
      String head = part.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
      status = Integer.parseInt(head.substring(9, 12));
      int at = head.indexOf("content-length: ") + "content-length: ".length();
      int end = head.indexOf("\r\n", at);
      int length = Integer.parseInt(head.substring(at, end < 0 ? head.length() : end));
      inBody = true;
      parser.fixedSizeMode(length);
    } else {
      inBody = false;
      parser.delimitedMode("\r\n\r\n");
      Promise<Buffer> answered = answer;
      answer = null;
      if (answered != null && status == expectedStatus) {
        answered.complete(part);
      } else if (answered != null) {
        answered.fail("answered %d instead of %d: %s".formatted(status, expectedStatus, part));
      }
    }
  }
}
