package io.annals.e2e;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request. Immutable; each method gives another one.
 *
 * @param target path and query, as they go over the wire
 * @param headers whole lines, in their order
 */
public record Call(
    String method, String target, List<String> headers, @Nullable Buffer body, boolean chunked) {

  public static Call of(String method, String target) {
    return new Call(method, target, List.of(), null, false);
  }

  public Call header(String name, String value) {
    List<String> more = new ArrayList<>(headers);
    more.add(name + ": " + value);
    return new Call(method, target, more, body, chunked);
  }

  Call without(String name) {
    List<String> fewer = new ArrayList<>(headers);
    fewer.removeIf(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1));
    return new Call(method, target, fewer, body, chunked);
  }

  Call method(String other) {
    return new Call(other, target, headers, body, chunked);
  }

  Call target(String other) {
    return new Call(method, other, headers, body, chunked);
  }

  /** With a parameter more, as it stands. */
  Call rawQuery(String part) {
    return target(target + (target.contains("?") ? "&" : "?") + part);
  }

  public Call query(String name, Object value) {
    return rawQuery(name + "=" + URLEncoder.encode(String.valueOf(value), StandardCharsets.UTF_8));
  }

  public Call body(Buffer content) {
    return new Call(method, target, headers, content, chunked);
  }

  public Call body(String text) {
    return body(Buffer.buffer(text));
  }

  public Call json(JsonObject json) {
    return json(json.encode());
  }

  public Call json(String text) {
    return without("Content-Type").header("Content-Type", "application/json").body(text);
  }

  /** Sends the body without saying how long it is. */
  public Call inChunks() {
    return new Call(method, target, headers, body, true);
  }

  public byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: test\r\n");
    headers.forEach(line -> head.append(line).append("\r\n"));
    Secrets.OF_SUITE.sent(this);
    byte @Nullable [] content = body == null ? null : body.getBytes();
    if (content != null) {
      head.append(
          chunked
              ? "Transfer-Encoding: chunked\r\n"
              : "Content-Length: " + content.length + "\r\n");
    }
    out.writeBytes(latin1(head + "\r\n"));
    if (content != null && chunked) {
      int step = 60_000;
      for (int at = 0; at < content.length; at += step) {
        int size = Math.min(step, content.length - at);
        out.writeBytes(latin1(Integer.toHexString(size) + "\r\n"));
        out.write(content, at, size);
        out.writeBytes(latin1("\r\n"));
      }
      out.writeBytes(latin1("0\r\n\r\n"));
    } else if (content != null) {
      out.writeBytes(content);
    }
    return out.toByteArray();
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    String text = body == null ? "" : body.toString();
    return method
        + " "
        + target
        + " "
        + headers.stream().filter(line -> !line.startsWith("Authorization")).toList()
        + " "
        + (text.length() > 300 ? text.substring(0, 300) + "…" : text);
  }
}
