package io.annals.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value, to be compared with another: members in any order, numbers by their exact value (1
 * is 1.0, but no two numbers are one because a double cannot tell them apart).
 */
record JsonValue(@Nullable Object value) {
  private static final JsonFactory PARSERS =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  /** Reads text that was checked when it was decoded. */
  static JsonValue of(String json) {
    try (JsonParser parser = PARSERS.createParser(json)) {
      parser.nextToken();
      return new JsonValue(read(parser));
    } catch (IOException e) {
      throw new UncheckedIOException("stored JSON is damaged", e);
    }
  }

  private static @Nullable Object read(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> members(parser);
      case START_ARRAY -> elements(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText());
      case VALUE_NULL -> null;
      default -> parser.getBooleanValue();
    };
  }

  private static Map<String, @Nullable Object> members(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> members = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      members.put(name, read(parser));
    }
    return members;
  }

  private static List<@Nullable Object> elements(JsonParser parser) throws IOException {
    List<@Nullable Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(read(parser));
    }
    return elements;
  }

  /** Exact; a number whose exponent no decimal holds is only equal to itself as it is written. */
  private static Object number(String text) {
    try {
      BigDecimal number = new BigDecimal(text);
      return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    } catch (ArithmeticException | NumberFormatException e) {
      return List.of("number", text);
    }
  }
}
