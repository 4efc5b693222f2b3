package io.annals.cli.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;

/** Makes of JSON what a store can keep, and notes whatever that changed. */
final class Storable {
  /** The API's bound on strings that identify something. */
  static final int TEXT_CODE_POINTS_MAX = 256;

  private static final int HASH_DIGITS = 32;
  private static final String CUT_MARK = "~";

  private Storable() {}

  /** Whether a store can keep this text: no U+0000, no surrogate that is alone. */
  static boolean isClean(String text) {
    return text.codePoints().noneMatch(Storable::unstorable);
  }

  /** Whether a store can keep every name and string in this value. */
  static boolean isClean(JsonNode value) {
    if (value.isTextual()) {
      return isClean(value.textValue());
    }
    for (Map.Entry<String, JsonNode> member : value.properties()) {
      if (!isClean(member.getKey())) {
        return false;
      }
    }
    for (JsonNode child : value) {
      if (!isClean(child)) {
        return false;
      }
    }
    return true;
  }

  /**
   * A copy of the object that can be stored: U+FFFD stands where U+0000 and lone surrogates were,
   * and an object or array below that many levels stands as a string of its JSON.
   */
  static ObjectNode clean(ObjectNode object, int levelsMax, Notes notes) {
    ObjectNode copy = JsonText.object();
    object
        .properties()
        .forEach(
            member ->
                copy.set(
                    clean(member.getKey(), notes), clean(member.getValue(), levelsMax - 1, notes)));
    return copy;
  }

  /** The text, cut to the API's bound where it is longer: its start and a hash of all of it. */
  static String fit(String field, String text, Notes notes) {
    int codePoints = text.codePointCount(0, text.length());
    if (codePoints <= TEXT_CODE_POINTS_MAX) {
      return text;
    }
    String hash = ContentId.sha256Hex(text.getBytes(UTF_8)).substring(0, HASH_DIGITS);
    notes.cut(field, codePoints);
    return start(text, TEXT_CODE_POINTS_MAX - HASH_DIGITS - CUT_MARK.length()) + CUT_MARK + hash;
  }

  /** The first code points of the text, at most so many. */
  static String start(String text, int codePointsMax) {
    return text.codePointCount(0, text.length()) <= codePointsMax
        ? text
        : text.substring(0, text.offsetByCodePoints(0, codePointsMax));
  }

  private static JsonNode clean(JsonNode value, int levelsMax, Notes notes) {
    if (value.isTextual()) {
      return TextNode.valueOf(clean(value.textValue(), notes));
    }
    if (!value.isContainerNode()) {
      return value;
    }
    if (levelsMax == 0) {
      // Cleaned without a bound first: the text of a lone surrogate could not be written.
      notes.levelAsText();
      return TextNode.valueOf(JsonText.text(clean(value, Integer.MAX_VALUE, notes)));
    }
    if (value instanceof ObjectNode object) {
      return clean(object, levelsMax, notes);
    }
    ArrayNode copy = JsonText.MAPPER.createArrayNode();
    value.forEach(element -> copy.add(clean(element, levelsMax - 1, notes)));
    return copy;
  }

  private static String clean(String text, Notes notes) {
    if (isClean(text)) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            codePoint -> {
              if (unstorable(codePoint)) {
                notes.characterReplaced();
                clean.append('\uFFFD');
              } else {
                clean.appendCodePoint(codePoint);
              }
            });
    return clean.toString();
  }

  private static boolean unstorable(int codePoint) {
    return codePoint == 0
        || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
  }
}
