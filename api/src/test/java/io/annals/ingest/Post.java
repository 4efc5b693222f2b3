package io.annals.ingest;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/** One POST over a socket of its own, its body sent bit by bit, in chunks. */
final class Post implements AutoCloseable {
  static final String LINES = "application/x-ndjson";
  static final String JSON = "application/json";

  private final Socket socket;
  private final OutputStream out;
  private final InputStream in;

  /** An answer. */
  record Answer(int status, Map<String, String> headers, JsonObject json) {
    long number(String member) {
      return json.getLong(member);
    }
  }

  private Post(int port, String headers) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    out = socket.getOutputStream();
    in = new BufferedInputStream(socket.getInputStream());
    ascii(
        "POST "
            + IngestLab.PATH
            + " HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n"
            + headers
            + "\r\n");
  }

  static Post of(int port, String mediaType) throws IOException {
    return new Post(port, "Content-Type: " + mediaType + "\r\n");
  }

  static Post encoded(int port, String mediaType, String encoding) throws IOException {
    return new Post(
        port, "Content-Type: " + mediaType + "\r\nContent-Encoding: " + encoding + "\r\n");
  }

  Post send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  Post send(byte[] bytes) throws IOException {
    if (bytes.length > 0) {
      ascii(Integer.toHexString(bytes.length) + "\r\n");
      out.write(bytes);
      ascii("\r\n");
    }
    return this;
  }

  Post end() throws IOException {
    ascii("0\r\n\r\n");
    return this;
  }

  private void ascii(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Whether the server has begun to answer. */
  boolean isAnswered() throws IOException {
    return in.available() > 0;
  }

  Answer answer() throws IOException {
    int status = Integer.parseInt(line().split(" ", -1)[1]);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
    }
    byte[] body = in.readNBytes(Integer.parseInt(headers.get("content-length")));
    return new Answer(status, headers, new JsonObject(new String(body, StandardCharsets.UTF_8)));
  }

  /** Whether the server closes the connection now. */
  boolean isClosed() throws IOException {
    return in.read() < 0;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("closed instead of an answer");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
