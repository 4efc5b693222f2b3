package io.annals.cli.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.Map;

/**
 * What the import had to change in a record so that it can be stored. Nothing is lost in silence:
 * the notes are stored with the item, in its metadata.
 */
final class Notes {
  /** The member of the metadata that holds them. */
  static final String MEMBER = "annals_import";

  private static final int START_CODE_POINTS = 256;

  private final ObjectNode cut = JsonText.object();
  private final ObjectNode leftOut = JsonText.object();
  private int charactersReplaced;
  private int levelsAsText;

  void characterReplaced() {
    charactersReplaced++;
  }

  void levelAsText() {
    levelsAsText++;
  }

  /** Notes that a field of the item holds only the start of its text, and how long that was. */
  void cut(String field, int codePoints) {
    cut.put(field, codePoints);
  }

  /**
   * The members with these notes, if there are any. While it is more than the bound, the largest
   * member is left out, and its size, hash and start are noted instead.
   */
  ObjectNode fit(ObjectNode members, int bytesMax) throws UnusableException {
    ObjectNode fitting = written(members);
    while (JsonText.bytes(fitting).length > bytesMax) {
      Map.Entry<String, JsonNode> largest = largest(members);
      leaveOut(largest.getKey(), JsonText.bytes(largest.getValue()));
      members.remove(largest.getKey());
      fitting = written(members);
    }
    return fitting;
  }

  private static Map.Entry<String, JsonNode> largest(ObjectNode members) throws UnusableException {
    return members.properties().stream()
        .max(Comparator.comparingInt(member -> JsonText.bytes(member.getValue()).length))
        .orElseThrow(
            () -> UnusableException.defect("too many members", "its notes alone do not fit"));
  }

  private void leaveOut(String member, byte[] json) {
    String text = new String(json, UTF_8);
    leftOut
        .putObject(member)
        .put("bytes", json.length)
        .put("sha256", ContentId.sha256Hex(json))
        .put("start", Storable.start(text, START_CODE_POINTS));
  }

  private ObjectNode written(ObjectNode members) {
    ObjectNode notes = JsonText.object();
    if (charactersReplaced > 0) {
      notes.put("characters_replaced", charactersReplaced);
    }
    if (levelsAsText > 0) {
      notes.put("levels_as_text", levelsAsText);
    }
    if (!cut.isEmpty()) {
      notes.set("cut_fields", cut);
    }
    if (!leftOut.isEmpty()) {
      notes.set("left_out", leftOut);
    }
    ObjectNode written = members.deepCopy();
    if (!notes.isEmpty()) {
      written.set(MEMBER, notes);
    }
    return written;
  }
}
