package io.annals.cli.imports;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON as the import reads and writes it: numbers as they stand, one value a text, bounded. Beside
 * its own exceptions Jackson throws {@link NumberFormatException} for an exponent that no decimal
 * holds, and {@link java.io.CharConversionException} for bytes that look like UTF-32.
 */
final class JsonText {
  /** The most that one record may take, several times what CloudTrail ever writes. */
  static final int RECORD_BYTES_MAX = 4 * 1024 * 1024;

  static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(RECORD_BYTES_MAX).build())
                  .build())
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Reads one value after the other. */
  static final ObjectReader STREAM =
      MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonText() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The value in UTF-8, without white space. */
  static byte[] bytes(JsonNode value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a JSON tree cannot be written", e);
    }
  }

  /** The value as text, without white space. */
  static String text(JsonNode value) {
    return new String(bytes(value), StandardCharsets.UTF_8);
  }

  /** The value in UTF-8, the same whatever the order of members and the white space were. */
  static byte[] canonical(JsonNode value) {
    return bytes(sorted(value));
  }

  /** The text of this member; null where it is missing, blank, or no string. */
  static @Nullable String string(JsonNode object, String member) {
    JsonNode value = object.path(member);
    return value.isTextual() && !value.textValue().isBlank() ? value.textValue() : null;
  }

  private static JsonNode sorted(JsonNode value) {
    if (value.isObject()) {
      TreeMap<String, JsonNode> members = new TreeMap<>();
      value.properties().forEach(member -> members.put(member.getKey(), sorted(member.getValue())));
      ObjectNode object = object();
      object.setAll(members);
      return object;
    }
    if (value.isArray()) {
      ArrayNode array = MAPPER.createArrayNode();
      value.forEach(element -> array.add(sorted(element)));
      return array;
    }
    return value;
  }
}
