package io.annals.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Every member of every item, at and beyond the bounds that the contract gives it. */
class MembersIT {
  private static final String ASTRAL = "😀";

  private final Client client = Client.ofNewTenant();

  @AfterEach
  void close() {
    client.close();
  }

  private static Map<String, JsonObject> members(Stream stream) {
    Map<String, JsonObject> members = new LinkedHashMap<>();
    JsonObject properties = stream.itemSchema().getJsonObject("properties");
    properties.fieldNames().forEach(name -> members.put(name, properties.getJsonObject(name)));
    return members;
  }

  private static List<String> types(JsonObject schema) {
    return schema.getValue("type") instanceof JsonArray several
        ? several.stream().map(String.class::cast).toList()
        : List.of(schema.getString("type", "any"));
  }

  /** JSON texts that the schema allows. */
  private static List<String> good(JsonObject schema) {
    List<String> texts = new ArrayList<>();
    if (types(schema).contains("null") || types(schema).contains("any")) {
      texts.add("null");
    }
    switch (types(schema).get(0)) {
      case "string" -> texts.addAll(goodStrings(schema));
      case "integer" -> {
        boolean narrow = schema.getString("format").equals("int32");
        long min = schema.getLong("minimum", narrow ? Integer.MIN_VALUE : Long.MIN_VALUE);
        texts.add(String.valueOf(min));
        texts.add(narrow ? schema.getInteger("maximum").toString() : "1495183407518");
        texts.add("101.0");
        texts.add("2.0e2");
      }
      case "number" -> texts.addAll(List.of("0", "-0", "0.0", "48.7", "1e-400", "1e308", "7"));
      case "boolean" -> texts.addAll(List.of("true", "false"));
      default -> {
        texts.addAll(
            List.of("{}", "{\"a\":{\"b\":[1,-0,1.50,1e400,null,true,\"" + ASTRAL + "\"]}}"));
        texts.add(ofSize(schema.getInteger("x-maxBytes")));
        texts.add(ofDepth(schema.getInteger("x-maxDepth")));
      }
    }
    return texts;
  }

  private static List<String> goodStrings(JsonObject schema) {
    if (schema.containsKey("enum")) {
      return schema.getJsonArray("enum").stream().map(value -> "\"" + value + "\"").toList();
    }
    return switch (schema.getString("format", "")) {
      case "uuid" -> List.of("\"0CB1E29C-658C-4A14-95E6-0af593bd04cf\"");
      case "date-time" -> List.of("\"2026-01-01t00:00:00z\"", "\"1969-12-31T23:59:60.9+14:00\"");
      default -> {
        int max = schema.getInteger("maxLength");
        yield List.of(
            "\"x\"",
            "\"" + ASTRAL + "\"",
            "\"" + "x".repeat(max) + "\"",
            "\"" + ASTRAL.repeat(max) + "\"",
            "\"\\ud83d\\ude00\\u0001\\\\ \\/\"");
      }
    };
  }

  private static List<String> bad(JsonObject schema) {
    List<String> texts = new ArrayList<>();
    List<String> types = types(schema);
    if (types.contains("any")) {
      return badJson(schema);
    }
    if (!types.contains("null")) {
      texts.add("null");
    }
    switch (types.get(0)) {
      case "string" -> {
        texts.addAll(badStrings(schema));
        texts.addAll(List.of("1", "true", "{}", "[]", "[\"x\"]"));
      }
      case "integer" -> {
        long max = schema.getLong("maximum", Long.MAX_VALUE);
        texts.add(max == Long.MAX_VALUE ? "9223372036854775808" : String.valueOf(max + 1));
        long min = schema.getLong("minimum", Long.MIN_VALUE);
        texts.add(min == Long.MIN_VALUE ? "-9223372036854775809" : String.valueOf(min - 1));
        texts.addAll(
            List.of("1.5", "1e400", "1e-1", "-1e99999999999", "1e99999999999", "1e-99999999999"));
        texts.addAll(List.of("\"1\"", "true", "{}", "[]", "[1]", "18446744073709551616"));
      }
      case "number" ->
          texts.addAll(List.of("-1", "-0.001", "1e309", "1e99999999999", "\"1\"", "true", "{}"));
      case "boolean" -> texts.addAll(List.of("\"true\"", "1", "0", "{}", "[true]"));
      default -> {
        texts.addAll(List.of("[]", "1", "\"x\"", "true"));
        texts.addAll(badJson(schema));
      }
    }
    return texts;
  }

  private static List<String> badStrings(JsonObject schema) {
    List<String> texts = new ArrayList<>(List.of("\"\"", "\"\\u0000\"", "\"\\ud800\""));
    if (schema.containsKey("enum")) {
      texts.add("\"decrypt\"");
      texts.add("\"OTHER\"");
      return texts;
    }
    switch (schema.getString("format", "")) {
      case "uuid" ->
          texts.addAll(
              List.of(
                  "\"0cb1e29c658c4a1495e60af593bd04cf\"",
                  "\"{0cb1e29c-658c-4a14-95e6-0af593bd04cf}\"",
                  "\"urn:uuid:0cb1e29c-658c-4a14-95e6-0af593bd04cf\"",
                  "\"1-1-1-1-1\"",
                  "\"0cb1e29c-658c-4a14-95e6-0af593bd04cg\""));
      case "date-time" ->
          texts.addAll(
              List.of(
                  "\"2026-01-01\"",
                  "\"2026-01-01T00:00:00\"",
                  "\"2026-02-29T00:00:00Z\"",
                  "\"2026-01-01 00:00:00Z\"",
                  "\"2026-01-01T24:00:00Z\"",
                  "\"2026-01-01T00:00:00.Z\"",
                  "\"2999-01-01T00:00:00Z\"",
                  "\"0000-01-01T00:00:00+00:01\""));
      default -> {
        int max = schema.getInteger("maxLength");
        texts.add("\"" + "x".repeat(max + 1) + "\"");
        texts.add("\"" + ASTRAL.repeat(max + 1) + "\"");
        texts.addAll(List.of("\"a\\u0000b\"", "\"\\udc00\"", "\"a\\ude00\\ud83d\""));
      }
    }
    return texts;
  }

  private static List<String> badJson(JsonObject schema) {
    return List.of(
        ofSize(schema.getInteger("x-maxBytes") + 1),
        ofDepth(schema.getInteger("x-maxDepth") + 1),
        "{\"a\":\"\\u0000\"}",
        "{\"\\u0000\":1}",
        "{\"a\":[{\"b\":\"\\ud800\"}]}",
        "{\"a\":{\"b\":1,\"b\":1}}");
  }

  /** An object of so many bytes. */
  private static String ofSize(int bytes) {
    int half = (bytes - "{\"a\":\"\"}".length()) / ASTRAL.getBytes(UTF_8).length;
    String text = "{\"a\":\"" + ASTRAL.repeat(half) + "\"}";
    int missing = bytes - text.getBytes(UTF_8).length;
    return text.replace("\"}", "x".repeat(missing) + "\"}");
  }

  /** An object so many levels deep. */
  private static String ofDepth(int depth) {
    return "{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
  }

  private static String with(Stream stream, String member, String value) {
    JsonObject item = stream.item();
    item.remove(member);
    String rest = item.encode();
    return "{\"" + member + "\":" + value + (item.isEmpty() ? "" : ",") + rest.substring(1);
  }

  private Call batch(Stream stream, List<String> items) {
    return client
        .append(stream)
        .json("{\"" + stream.items + "\":[" + String.join(",", items) + "]}");
  }

  @ParameterizedTest
  @EachAuditStream
  void valuesWithinBounds_areStoredAsSent(Stream stream) {
    members(stream)
        .forEach(
            (member, schema) -> {
              for (String value : good(schema)) {
                Call call = batch(stream, List.of(with(stream, member, value)));
                Answer receipt = client.ok(call);
                JsonObject stored =
                    stream.items(client.ok(client.list(stream))).stream()
                        .filter(item -> item.getString("id").equals(receipt.ids().get(0)))
                        .findFirst()
                        .orElse(null);
                if (!member.equals("id") && !member.equals(stream.createdAt())) {
                  assertSame(member, value, stored);
                }
              }
            });
  }

  private static void assertSame(String member, String sent, JsonObject stored) {
    Object want = io.vertx.core.json.Json.decodeValue(sent);
    Object have = stored.getValue(member);
    if (want instanceof Number number && have instanceof Number other) {
      assertThat(other.doubleValue())
          .as("%s %s", member, sent)
          .isEqualTo(number.doubleValue() + 0.0);
    } else if (member.endsWith("Id") && sent.length() == 38) {
      assertThat(String.valueOf(have)).isEqualToIgnoringCase(String.valueOf(want));
    } else {
      assertThat(have).as("%s %s", member, sent).isEqualTo(want);
    }
  }

  @ParameterizedTest
  @EachAuditStream
  void valuesBeyondBounds_areRefusedByName(Stream stream) {
    List<String> required =
        stream.itemSchema().getJsonArray("required").stream().map(String.class::cast).toList();
    members(stream)
        .forEach(
            (member, schema) -> {
              String pointer = "/" + stream.items + "/1/" + member;
              String good = stream.item().encode();
              for (String value : bad(schema)) {
                String bad = with(stream, member, value);
                client.invalid(stream, batch(stream, List.of(good, bad, good)), pointer);
              }
              String twice = with(stream, member, good(schema).get(0));
              twice = "{\"" + member + "\":" + good(schema).get(0) + "," + twice.substring(1);
              client.invalid(stream, batch(stream, List.of(good, twice)), pointer);
              if (required.contains(member)) {
                JsonObject without = stream.item();
                without.remove(member);
                client.invalid(stream, batch(stream, List.of(good, without.encode())), pointer);
              }
            });
    assertThat(client.walk(stream, client.list(stream))).isEmpty();
  }

  @ParameterizedTest
  @EachAuditStream
  void unknownMembers_areRefusedByName(Stream stream) {
    String place = "/" + stream.items + "/0/";
    for (String name :
        List.of("", "ID", "tenantId", "tenant_id", "a b", "ünï", ASTRAL, "__proto__")) {
      JsonObject item = stream.item().put(name, new JsonObject().put("a", new JsonArray().add(1)));
      client.invalid(stream, client.append(stream, item), place + name);
    }
    String pointed = with(stream, "a/b~c", "1");
    client.invalid(stream, batch(stream, List.of(pointed)), place + "a~1b~0c");
    String controlled = with(stream, "\\u0000\\n", "1");
    client.invalid(stream, batch(stream, List.of(controlled)), place + "\u0000\n");
  }

  /** To the parser a name with half a surrogate pair is no text, so there is no pointer to it. */
  @ParameterizedTest
  @EachAuditStream
  void namesWithLoneSurrogates_areRefused(Stream stream) {
    client.invalid(stream, client.append(stream).json("{\"\\udc00\":1}"), "");
    client.invalid(stream, batch(stream, List.of(with(stream, "a\\ud800b", "1"))), "");
  }

  @Test
  void int64_keepsItsExtremes() {
    for (long value : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, (1L << 53) + 1, 0, -1}) {
      JsonObject item = Stream.EVENTS.item().put("user_id", value).put("task_id", value);
      client.ok(client.append(Stream.EVENTS, item));
      Answer page = client.ok(client.list(Stream.EVENTS).query("user_id", value));
      assertThat(page.text()).contains("\"user_id\":" + value + ",", "\"task_id\":" + value + ",");
    }
  }

  @Test
  void jsonBounds_countWhatIsKept() {
    String spaced = "{ \"a\" :\n" + " ".repeat(40_000) + "1 }";
    client.ok(batch(Stream.LOG, List.of(with(Stream.LOG, "metadata", spaced))));
    String escaped = "{\"a\":\"" + "\\u0061".repeat(30_000) + "\"}";
    client.ok(batch(Stream.LOG, List.of(with(Stream.LOG, "metadata", escaped))));
    JsonObject stored = Stream.LOG.items(client.ok(client.list(Stream.LOG))).get(0);
    assertThat(stored.getJsonObject("metadata").getString("a")).isEqualTo("a".repeat(30_000));
  }
}
