package io.annals.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A request of the corpus as it goes over the wire: request line and headers end with a line feed
 * each, an empty line stands before the body. Where it ends is not up to the input, because a
 * server would wait for the rest: headers that say so are replaced. Nor is the version of HTTP:
 * Vert.x answers any other with 501, and repeats it, whatever it is, before that status.
 *
 * @param method as the server reads it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RawRequest(String method, byte[] bytes) {
  private static final String VERSION = " HTTP/1.1";
  private static final Pattern ENDS_OF_METHOD = Pattern.compile("[ \t\u000b\f\r]");
  private static final Pattern FRAMING =
      Pattern.compile(
          "(?i)(content-length|transfer-encoding|connection|upgrade|expect|http2-settings).*",
          Pattern.DOTALL);

  /** The request that this text means, each character a byte. */
  static RawRequest of(String text) {
    int end = text.indexOf("\n\n");
    String[] head = (end < 0 ? text : text.substring(0, end)).split("\n", -1);
    byte[] body = (end < 0 ? "" : text.substring(end + 2)).getBytes(ISO_8859_1);
    String start = head[0].substring(0, Math.max(head[0].lastIndexOf(' '), 0));
    StringBuilder whole = new StringBuilder(start).append(VERSION).append("\r\n");
    boolean hasHost = false;
    for (String line : Arrays.asList(head).subList(1, head.length)) {
      if (!line.isBlank() && !FRAMING.matcher(line.strip()).matches()) {
        whole.append(line).append("\r\n");
        hasHost |= line.toLowerCase(Locale.ROOT).startsWith("host:");
      }
    }
    whole.append(hasHost ? "" : "Host: localhost\r\n");
    whole.append(body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(whole.append("\r\n").toString().getBytes(ISO_8859_1));
    bytes.writeBytes(body);
    return new RawRequest(ENDS_OF_METHOD.split(start.stripLeading(), 2)[0], bytes.toByteArray());
  }

  /** Whether it begins as connections of HTTP/2 do, whose answers are not read here. */
  boolean isPreface() {
    return method.equals("PRI");
  }
}
