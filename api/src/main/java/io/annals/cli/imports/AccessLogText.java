package io.annals.cli.imports;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.HexFormat;

/**
 * Undoes what servers do to a value when they write it to a log. Apache writes {@code \" \\ \b \n
 * \r \t \v}; both write any other byte that is not printable ASCII as {@code \xHH}, nginx quotes
 * and backslashes too. The bytes are UTF-8; those that are not stay {@code \xHH}, so none is lost.
 */
final class AccessLogText {
  private static final String ESCAPED = "\"\\bnrtv";
  private static final String MEANT = "\"\\\b\n\r\t\u000B";
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private AccessLogText() {}

  /** The text of a value as the log has it, one character a byte. */
  static String decode(String logged) {
    boolean plain = logged.chars().allMatch(c -> c != '\\' && c < 0x80);
    return plain ? logged : utf8(unescaped(logged));
  }

  private static byte[] unescaped(String logged) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(logged.length());
    for (int at = 0; at < logged.length(); at++) {
      char c = logged.charAt(at);
      char next = c == '\\' && at + 1 < logged.length() ? logged.charAt(at + 1) : 0;
      int hex = next == 'x' ? hex(logged, at + 2) : -1;
      if (hex >= 0) {
        bytes.write(hex);
        at += 3;
      } else if (next != 0 && ESCAPED.indexOf(next) >= 0) {
        bytes.write(MEANT.charAt(ESCAPED.indexOf(next)));
        at++;
      } else {
        bytes.write(c); // a backslash that escapes nothing is one
      }
    }
    return bytes.toByteArray();
  }

  private static int hex(String logged, int at) {
    if (at + 2 > logged.length()) {
      return -1;
    }
    int high = Character.digit(logged.charAt(at), 16);
    int low = Character.digit(logged.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : 16 * high + low;
  }

  private static String utf8(byte[] bytes) {
    CharsetDecoder decoder = UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(4 * bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    while (result.isError()) {
      for (int i = 0; i < result.length(); i++) {
        out.put("\\x").put(HEX.toHexDigits(in.get()));
      }
      result = decoder.decode(in, out, true);
    }
    return out.flip().toString();
  }

  /** The characters of a line, one a byte, so that places in one are places in the other. */
  static String bytewise(byte[] line) {
    return new String(line, ISO_8859_1);
  }
}
