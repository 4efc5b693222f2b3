package io.annals.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** An array of single values, all different, kept as JSON text. */
record ArraySchema(ValueSchema items, int minItems, int maxItems) implements ValueSchema {
  static ArraySchema of(JsonObject schema) {
    if (!schema.getBoolean("uniqueItems", false)) {
      throw new IllegalStateException("values may stand there twice in " + schema);
    }
    return new ArraySchema(
        ValueSchema.compile(schema.getJsonObject("items")),
        schema.getInteger("minItems"),
        schema.getInteger("maxItems"));
  }

  @Override
  public Object ofToken(JsonParser parser) throws IOException, InvalidValueException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new InvalidValueException("list_type", "must be an array");
    }
    Set<Object> values = new LinkedHashSet<>();
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (count < maxItems && !values.add(item(parser, count))) {
        throw new InvalidValueException(
            new Fault("json_duplicate", "stands there twice"), List.of(count));
      }
      parser.skipChildren();
      count++;
    }
    if (count < minItems || count > maxItems) {
      throw new InvalidValueException(
          count < minItems ? "too_short" : "too_long",
          "must have from %d to %d items, not %d".formatted(minItems, maxItems, count));
    }
    return new JsonArray(new ArrayList<>(values)).encode();
  }

  private Object item(JsonParser parser, int index) throws IOException, InvalidValueException {
    try {
      return items.ofToken(parser);
    } catch (InvalidValueException e) {
      List<Object> path = new ArrayList<>(List.of(index));
      path.addAll(e.path());
      throw new InvalidValueException(e.fault(), path);
    }
  }

  @Override
  public Object ofText(String text) {
    throw new IllegalStateException("no parameter is an array");
  }
}
