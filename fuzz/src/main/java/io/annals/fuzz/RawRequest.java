package io.annals.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A request of the corpus as it goes over the wire: request line and headers end with a line feed
 * each, an empty line stands before the body. Where it ends is not up to the input, because a
 * server would wait for the rest: headers that say so are replaced.
 *
 * @param method as the server reads it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RawRequest(String method, byte[] bytes) {
  private static final Pattern ENDS_OF_METHOD = Pattern.compile("[ \t\u000b\f\r]");
  private static final Pattern FRAMING =
      Pattern.compile(
          "(?i)(content-length|transfer-encoding|connection|upgrade|expect|http2-settings).*",
          Pattern.DOTALL);

  /** The request that this text means, each character a byte. */
  static RawRequest of(String text) {
    int end = text.indexOf("\n\n");
    String head = end < 0 ? text : text.substring(0, end);
    byte[] body = (end < 0 ? "" : text.substring(end + 2)).getBytes(ISO_8859_1);
    Stream<String> lines = head.lines().filter(line -> !FRAMING.matcher(line.strip()).matches());
    boolean hasHost = head.toLowerCase(Locale.ROOT).contains("\nhost:");
    String whole =
        lines.map(line -> line + "\r\n").collect(Collectors.joining())
            + (hasHost ? "" : "Host: localhost\r\n")
            + (body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n")
            + "\r\n";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(whole.getBytes(ISO_8859_1));
    bytes.writeBytes(body);
    return new RawRequest(ENDS_OF_METHOD.split(head.stripLeading(), 2)[0], bytes.toByteArray());
  }

  /** Whether it begins as connections of HTTP/2 do, whose answers are not read here. */
  boolean isPreface() {
    return method.equals("PRI");
  }
}
