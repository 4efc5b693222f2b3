package io.annals.contract;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Items that a schema describes, valid or with one member spoilt, all from one source of chance.
 */
public final class RandomItems {
  /**
   * An item.
   *
   * @param mutated the member that may be wrong
   * @param judgedByValidator false for what the generic validator is known to see otherwise:
   *     members that stand there twice, lone surrogates, ranges of int32 and int64, whole numbers
   *     written as fractions, numbers no double holds, "urn:uuid:", leap seconds, sizes
   * @param valid what is right then
   */
  public record Item(String json, String mutated, boolean judgedByValidator, boolean valid) {}

  /** A value in JSON, and who says whether it is valid. */
  private record Value(String json, boolean judgedByValidator, boolean valid) {
    static Value judged(String json) {
      return new Value(json, true, false);
    }

    static Value known(String json, boolean valid) {
      return new Value(json, false, valid);
    }
  }

  private static final String BEYOND_32_BITS = "1495183407518";

  private static final List<String> ANYTHING =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "1",
          "-1",
          "1.5",
          "100",
          "599",
          "600",
          "\"\"",
          "\"x\"",
          "{}",
          "[]",
          "[null]",
          "{\"a\":1}",
          "\"DECRYPT\"",
          "\"PII\"",
          "\"2026-01-01T00:00:00Z\"",
          "\"2026-01-01T00:00:00+02:00\"",
          "\"0cb1e29c-658c-4a14-95e6-0af593bd04cf\"",
          "\"\\u00e9\"",
          "\"0CB1E29C-658C-4A14-95E6-0AF593BD04CF\"",
          "\"2026-13-01T00:00:00Z\"",
          BEYOND_32_BITS);

  private final JsonObject properties;
  private final JsonArray required;
  private final List<String> names;
  private final Random random;

  /** Items of this schema. */
  public RandomItems(JsonObject schema, Random random) {
    properties = schema.getJsonObject("properties");
    required = schema.getJsonArray("required");
    names = new ArrayList<>(properties.fieldNames());
    this.random = random;
  }

  /** An item that is valid. */
  public JsonObject valid() {
    JsonObject item = new JsonObject();
    for (String name : names) {
      if (required.contains(name) || random.nextBoolean()) {
        item.put(name, value(properties.getJsonObject(name)));
      }
    }
    return item;
  }

  /** An item that may be valid. */
  public Item next() {
    JsonObject item = valid();
    String name = names.get(random.nextInt(names.size()));
    switch (random.nextInt(8)) {
      case 0, 1 -> {
        return new Item(item.encode(), name, true, true);
      }
      case 2 -> {
        item.remove(name);
        return new Item(item.encode(), name, true, true);
      }
      case 3 -> {
        String unknown = random.nextBoolean() ? name + "x" : "_" + name;
        return new Item(item.put(unknown, 1).encode(), unknown, true, false);
      }
      case 4 -> {
        String json = item.put(name, value(properties.getJsonObject(name))).encode();
        String twice = "{\"" + name + "\":" + encoded(item, name) + "," + json.substring(1);
        return new Item(twice, name, false, false);
      }
      default -> {
        Value value = spoilt(properties.getJsonObject(name));
        item.remove(name);
        String rest = item.encode();
        String comma = item.isEmpty() ? "" : ",";
        String json = "{\"" + name + "\":" + value.json() + comma + rest.substring(1);
        return new Item(json, name, value.judgedByValidator(), value.valid());
      }
    }
  }

  private static String encoded(JsonObject item, String name) {
    String one = new JsonObject().put(name, item.getValue(name)).encode();
    return one.substring(name.length() + 4, one.length() - 1);
  }

  private static String type(JsonObject schema) {
    return schema.getValue("type") instanceof JsonArray several
        ? several.getString(0)
        : schema.getString("type", "any");
  }

  private Object value(JsonObject schema) {
    if (schema.containsKey("enum")) {
      JsonArray values = schema.getJsonArray("enum");
      return values.getValue(random.nextInt(values.size()));
    }
    return switch (type(schema)) {
      case "string" -> text(schema);
      case "integer" -> schema.getString("format").equals("int32") ? 200 : random.nextInt(1 << 30);
      case "number" -> random.nextInt(8) / 8.0;
      case "boolean" -> random.nextBoolean();
      default -> new JsonObject().put("a", new JsonArray().add(random.nextInt()).addNull());
    };
  }

  private String text(JsonObject schema) {
    return switch (schema.getString("format", "")) {
      case "uuid" -> new UUID(random.nextLong(), random.nextLong()).toString();
      case "date-time" -> Instant.ofEpochMilli(random.nextInt(1 << 30) * 1000L).toString();
      default -> {
        int max = schema.getInteger("maxLength");
        int length = random.nextInt(4) == 0 ? max : 1 + random.nextInt(10);
        yield (random.nextBoolean() ? "x" : "😀").repeat(length);
      }
    };
  }

  private Value spoilt(JsonObject schema) {
    if (random.nextBoolean()) {
      String json = ANYTHING.get(random.nextInt(ANYTHING.size()));
      boolean tooWide =
          json.equals(BEYOND_32_BITS) && schema.getString("format", "").equals("int32");
      return tooWide ? Value.known(json, false) : Value.judged(json);
    }
    List<Value> values =
        switch (type(schema)) {
          case "string" -> strings(schema);
          case "integer" -> integers(schema);
          case "number" ->
              List.of(
                  Value.judged("-0.5"),
                  Value.known("1e400", false),
                  Value.known("-0", true),
                  Value.known("1e-400", true),
                  Value.known("1e99999999999", false));
          case "boolean" -> List.of(Value.judged("\"true\""), Value.judged("1"));
          default ->
              List.of(
                  Value.known("{\"a\":1,\"a\":1}", false),
                  Value.known("{\"a\":1e400}", true),
                  Value.known("{\"a\":\"\\ud800\"}", false));
        };
    return values.get(random.nextInt(values.size()));
  }

  private static List<Value> strings(JsonObject schema) {
    if (schema.containsKey("enum")) {
      return List.of(Value.judged("\"\""), Value.judged("\"decrypt\""));
    }
    return switch (schema.getString("format", "")) {
      case "uuid" ->
          List.of(
              Value.judged("\"0cb1e29c658c4a1495e60af593bd04cf\""),
              Value.known("\"urn:uuid:0cb1e29c-658c-4a14-95e6-0af593bd04cf\"", false),
              Value.judged("\"1-1-1-1-1\""));
      case "date-time" ->
          List.of(
              Value.known("\"2016-12-31T23:59:60Z\"", true),
              Value.known("\"2999-01-01T00:00:00Z\"", false),
              Value.judged("\"2026-01-01\""),
              Value.judged("\"2026-02-30T00:00:00Z\""));
      default -> {
        int max = schema.getInteger("maxLength");
        yield List.of(
            Value.judged("\"\""),
            Value.judged("\"" + "x".repeat(max + 1) + "\""),
            Value.judged("\"" + "😀".repeat(max) + "\""),
            Value.judged("\"" + "😀".repeat(max + 1) + "\""),
            Value.known("\"\\ud800\"", false),
            Value.known("\"a\\u0000\"", false));
      }
    };
  }

  private static List<Value> integers(JsonObject schema) {
    boolean bounded = schema.containsKey("minimum");
    return List.of(
        Value.known("200.0", true),
        Value.known("2e2", true),
        Value.known("200.5", false),
        Value.known("9007199254740993", !bounded), // as a time it lies ahead
        Value.known("-0", schema.getLong("minimum", 0L) <= 0),
        Value.known("-9223372036854775808", !bounded),
        Value.known("9223372036854775808", false),
        Value.known("-9223372036854775809", false),
        Value.known("1e400", false),
        Value.known("1e99999999999", false),
        Value.judged("-1"));
  }
}
