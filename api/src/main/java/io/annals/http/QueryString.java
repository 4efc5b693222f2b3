package io.annals.http;

import io.annals.http.Violation.Place;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a query string, decoded strictly: Vert.x's own decoder replaces bytes that are
 * not UTF-8, which would let a misspelt filter select other events.
 */
public final class QueryString {
  private QueryString() {}

  /** The values by name, in their order; a part that cannot be decoded is a violation. */
  public static Map<String, List<String>> parse(
      @Nullable String query, List<Violation> violations) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return parameters;
    }
    for (String part : query.split("&", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      String rawName = equals < 0 ? part : part.substring(0, equals);
      String name = decode(rawName);
      String value = equals < 0 ? "" : decode(part.substring(equals + 1));
      if (name == null || value == null) {
        violations.add(
            Violation.of(
                Place.QUERY,
                name == null ? rawName : name,
                "encoding",
                "must be UTF-8 in percent-encoding"));
      } else {
        parameters.computeIfAbsent(name, n -> new ArrayList<>(1)).add(value);
      }
    }
    return parameters;
  }

  /** The text, or null if it is not properly encoded. */
  public static @Nullable String decode(String encoded) {
    if (encoded.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '%' && c != '+')) {
      return encoded;
    }
    if (!encoded.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      return null; // RFC 3986 has only ASCII here; other bytes could mean anything
    }
    byte[] raw = encoded.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer bytes = ByteBuffer.allocate(raw.length);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != '%') {
        bytes.put(raw[i] == '+' ? (byte) ' ' : raw[i]);
        continue;
      }
      int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
      int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        return null;
      }
      bytes.put((byte) (high << 4 | low));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
