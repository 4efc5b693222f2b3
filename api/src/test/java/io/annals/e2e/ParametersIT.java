package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every query parameter that the contract names, right and wrong. */
class ParametersIT {
  private final Client client = Client.ofNewTenant();

  @AfterEach
  void close() {
    client.close();
  }

  private static List<JsonObject> parameters(Stream stream) {
    return stream.listing().parameters().stream()
        .filter(parameter -> parameter.getString("in").equals("query"))
        .toList();
  }

  private static JsonObject schema(Stream stream, JsonObject parameter) {
    return Contract.resolve(stream.document(), parameter.getJsonObject("schema"));
  }

  private static String type(JsonObject schema) {
    return schema.getValue("type") instanceof JsonArray several
        ? several.getString(0)
        : schema.getString("type");
  }

  private static List<String> good(JsonObject schema) {
    if (schema.containsKey("enum")) {
      return schema.getJsonArray("enum").stream().map(String::valueOf).toList();
    }
    return switch (type(schema)) {
      case "boolean" -> List.of("true", "false");
      case "integer" -> {
        long max = schema.getLong("maximum", Long.MAX_VALUE);
        yield List.of(
            String.valueOf(schema.getLong("minimum", Long.MIN_VALUE)), String.valueOf(max));
      }
      default ->
          schema.getString("format", "").equals("date-time")
              ? List.of("2026-01-01T00:00:00Z", "2026-01-01t00:00:00.123456789+05:30")
              : List.of("x", "😀".repeat(schema.getInteger("maxLength")), "a b+c&d=e;f%", "null");
    };
  }

  private static List<String> bad(JsonObject schema) {
    List<String> values = new ArrayList<>(List.of("", "\u0000"));
    if (schema.containsKey("enum")) {
      values.addAll(List.of("pii", "sign", "OTHER", "PII,PHI", " PII", "null"));
      return values;
    }
    switch (type(schema)) {
      case "boolean" -> values.addAll(List.of("True", "1", "0", "yes", "null", "true "));
      case "integer" -> {
        values.addAll(List.of("x", "1.0", "1e2", "+1", " 1", "1 ", "0x1", "٣", "--1", "-", "null"));
        long max = schema.getLong("maximum", Long.MAX_VALUE);
        values.add(max == Long.MAX_VALUE ? "9223372036854775808" : String.valueOf(max + 1));
        long min = schema.getLong("minimum", Long.MIN_VALUE);
        values.add(min == Long.MIN_VALUE ? "-9223372036854775809" : String.valueOf(min - 1));
        values.add("9".repeat(400));
      }
      default -> {
        if (schema.getString("format", "").equals("date-time")) {
          values.addAll(List.of("2026-01-01", "1767225600000", "2026-02-30T00:00:00Z", "now"));
          values.add("2026-01-01T00:00:00 00:00"); // what an unescaped + becomes
        } else {
          values.add("x".repeat(schema.getInteger("maxLength") + 1));
          values.add("😀".repeat(schema.getInteger("maxLength") + 1));
        }
      }
    }
    return values;
  }

  @ParameterizedTest
  @EnumSource
  void valuesWithinBounds_areTaken(Stream stream) {
    client.ok(client.append(stream, stream.item()));
    for (JsonObject parameter : parameters(stream)) {
      if (!parameter.getString("name").equals(stream.cursor())) {
        for (String value : good(schema(stream, parameter))) {
          client.ok(client.list(stream).query(parameter.getString("name"), value));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void valuesBeyondBounds_areRefusedByName(Stream stream) {
    for (JsonObject parameter : parameters(stream)) {
      String name = parameter.getString("name");
      for (String value : bad(schema(stream, parameter))) {
        client.invalid(stream, client.list(stream).query(name, value), name);
      }
      client.invalid(stream, client.list(stream).rawQuery(name), name);
      String good = good(schema(stream, parameter)).get(0);
      Call twice = client.list(stream).query(name, good).query(name, good);
      client.invalid(stream, twice, name);
    }
  }

  @ParameterizedTest
  @EnumSource
  void malformedEncoding_isRefusedByName(Stream stream) {
    for (JsonObject parameter : parameters(stream)) {
      String name = parameter.getString("name");
      for (String value :
          List.of(
              "%",
              "%4",
              "%zz",
              "a%",
              "%ff",
              "%c3",
              "%c3%28",
              "%c0%80",
              "%ed%a0%80",
              "%u0041",
              "%-1",
              "%+1",
              "\u00e9",
              "\u00c3\u00a9")) {
        client.invalid(stream, client.list(stream).rawQuery(name + "=" + value), name);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void unknownParameters_areRefusedByName(Stream stream) {
    for (String name : List.of("x", "Limit", "pagesize", "event_typ", "tenant", "X-Tenant-ID")) {
      client.invalid(stream, client.list(stream).query(name, 1), name);
      client.invalid(stream, client.append(stream, stream.item()).query(name, 1), name);
    }
    client.invalid(stream, client.list(stream).rawQuery("=1"), "");
    client.invalid(stream, client.list(stream).rawQuery("%C3%BC%00=1"), "ü\u0000");
    for (JsonObject parameter : parameters(stream)) {
      String name = parameter.getString("name");
      client.invalid(stream, client.append(stream, stream.item()).query(name, 1), name);
      String other = name.toUpperCase(java.util.Locale.ROOT);
      client.invalid(stream, client.list(stream).query(other, 1), other);
    }
    assertThat(client.newest(stream)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void everyFault_isNamedAtOnce(Stream stream) {
    Call call = client.list(stream).query("x", 1).query(stream.limit, 0).query("y", "");
    Answer answer = client.call(call);
    assertThat(stream.culprits(answer)).containsExactlyInAnyOrder("x", stream.limit, "y");
  }

  @ParameterizedTest
  @EnumSource
  void escapedNames_areTheSameNames(Stream stream) {
    client.ok(client.append(stream, stream.item(), stream.item()));
    String escaped = "%" + Integer.toHexString(stream.limit.charAt(0)) + stream.limit.substring(1);
    assertThat(stream.items(client.ok(client.list(stream).rawQuery(escaped + "=%31")))).hasSize(1);
  }
}
