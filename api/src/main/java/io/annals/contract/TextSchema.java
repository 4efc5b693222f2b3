package io.annals.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;

/** Text, with bounds of its length in code points or a set of allowed values. */
record TextSchema(int minLength, int maxLength, Set<String> values) implements ValueSchema {
  static TextSchema of(JsonObject schema) {
    JsonArray values = schema.getJsonArray("enum", new JsonArray());
    return new TextSchema(
        schema.getInteger("minLength", 0),
        schema.getInteger("maxLength", Integer.MAX_VALUE),
        values.stream()
            .filter(value -> value != null)
            .map(String.class::cast)
            .collect(Collectors.toUnmodifiableSet()));
  }

  @Override
  public Object ofToken(JsonParser parser) throws IOException, InvalidValueException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw new InvalidValueException("string_type", "must be a string");
    }
    return ofText(parser.getText());
  }

  @Override
  public Object ofText(String text) throws InvalidValueException {
    int length = Unicode.length(text);
    if (!values.isEmpty()) {
      if (!values.contains(text)) {
        String allowed = values.stream().sorted().collect(Collectors.joining(", "));
        throw new InvalidValueException("enum", "must be one of " + allowed);
      }
    } else if (length < minLength) {
      throw new InvalidValueException(
          "string_too_short", "must have at least " + minLength + " characters");
    } else if (length > maxLength) {
      throw new InvalidValueException(
          "string_too_long", "must have at most " + maxLength + " characters, not " + length);
    }
    return text;
  }
}
