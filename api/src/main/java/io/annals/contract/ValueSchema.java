package io.annals.contract;

import com.fasterxml.jackson.core.JsonParser;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** A schema of one value, compiled. It yields the Java value that {@link Field.Type} names. */
interface ValueSchema {
  /** Keywords that a compiled schema obeys, or that say nothing about validity. */
  Set<String> KEYWORDS =
      Set.of(
          "type",
          "format",
          "enum",
          "minimum",
          "maximum",
          "minLength",
          "maxLength",
          "default",
          "description",
          "examples",
          "additionalProperties",
          "items",
          "minItems",
          "maxItems",
          "uniqueItems",
          "x-maxBytes",
          "x-maxDepth");

  /**
   * Reads the value that the parser's current token starts.
   *
   * @throws InvalidValueException if the schema does not allow it; the parser may stand anywhere
   *     inside the value then
   */
  Object ofToken(JsonParser parser) throws IOException, InvalidValueException;

  /** Reads the value of a parameter. */
  Object ofText(String text) throws InvalidValueException;

  /**
   * Compiles a schema.
   *
   * @throws IllegalStateException if it says something that would be ignored
   */
  static ValueSchema compile(JsonObject schema) {
    for (String keyword : schema.fieldNames()) {
      if (!KEYWORDS.contains(keyword)) {
        throw new IllegalStateException("keyword " + keyword + " is not supported in " + schema);
      }
    }
    String type = type(schema);
    return switch (type) {
      case "string" -> ofString(schema);
      case "integer" -> IntegerSchema.of(schema);
      case "number" -> NumberSchema.of(schema);
      case "boolean" -> new BooleanSchema();
      case "array" -> ArraySchema.of(schema);
      case "object", "any" -> JsonValueSchema.of(schema, type.equals("object"));
      default -> throw new IllegalStateException("type " + type + " is not supported");
    };
  }

  private static ValueSchema ofString(JsonObject schema) {
    return switch (schema.getString("format", "")) {
      case "uuid" -> new UuidSchema();
      case "date-time" -> new DateTimeSchema();
      case "" -> TextSchema.of(schema);
      default -> throw new IllegalStateException("unsupported format in " + schema);
    };
  }

  /** Whether the schema allows null beside its type. */
  static boolean isNullable(JsonObject schema) {
    return !schema.containsKey("type")
        || (schema.getValue("type") instanceof JsonArray types && types.contains("null"));
  }

  private static String type(JsonObject schema) {
    if (schema.getValue("type") instanceof JsonArray types) {
      List<?> others = types.stream().filter(type -> !type.equals("null")).toList();
      return (String) others.get(0);
    }
    return schema.getString("type", "any");
  }
}
