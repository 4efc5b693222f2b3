package io.annals.e2e;

import io.vertx.core.buffer.Buffer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An HTTP/1.1 connection by hand: it sends what no client would, and never waits for ever. */
public final class Wire implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;

  private final Socket socket;
  private final InputStream in;

  public Wire(String url) {
    this(url, TIMEOUT_MILLIS);
  }

  /** A connection that waits for each part of an answer for so long at most. */
  public Wire(String url, int timeoutMillis) {
    URI uri = URI.create(url);
    try {
      socket = new Socket(uri.getHost(), uri.getPort());
      socket.setSoTimeout(timeoutMillis);
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Wire send(String latin1) {
    return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends; that the server hung up meanwhile is seen when reading. */
  public Wire send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException e) {
      // It may have answered before: that counts.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  Wire endOfInput() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Whether an answer has begun to arrive. */
  public boolean isAnswered() {
    try {
      return in.available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next final answer, or null if the server closed the connection before its end. */
  public @Nullable Answer read(String method) {
    try {
      Answer answer = readOne(method);
      while (answer != null && answer.status() < 200) {
        answer = readOne(method);
      }
      return answer;
    } catch (SocketException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for "100 Continue". */
  void readContinue() {
    try {
      Answer answer = readOne("HEAD");
      if (answer == null || answer.status() != 100) {
        throw new AssertionError("instead of 100 Continue: " + answer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable Answer readOne(String method) throws IOException {
    String statusLine = line();
    if (statusLine == null) {
      return null;
    }
    int status = Integer.parseInt(statusLine.substring(9, 12));
    Map<String, List<String>> headers = new TreeMap<>();
    String line = line();
    for (; line != null && !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      headers.computeIfAbsent(name, n -> new ArrayList<>()).add(line.substring(colon + 1).strip());
    }
    if (line == null) {
      return null;
    }
    boolean empty = method.equals("HEAD") || status < 200 || status == 204;
    byte[] body = empty ? new byte[0] : body(headers);
    if (body == null) {
      return null;
    }
    Answer answer = new Answer(status, headers, Buffer.buffer(body));
    Secrets.OF_SUITE.answered(answer);
    return answer;
  }

  private byte @Nullable [] body(Map<String, List<String>> headers) throws IOException {
    List<String> length = headers.get("content-length");
    if (length != null) {
      int bytes = Integer.parseInt(length.get(0));
      byte[] body = in.readNBytes(bytes);
      return body.length == bytes ? body : null;
    }
    if (!headers.containsKey("transfer-encoding")) {
      return in.readAllBytes();
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int size = chunkSize();
    while (size > 0) {
      body.write(in.readNBytes(size));
      line();
      size = chunkSize();
    }
    line();
    return body.toByteArray();
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(String.valueOf(line()), 16);
  }

  private @Nullable String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return null;
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
