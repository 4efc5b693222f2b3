package io.annals.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.Field;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ArraySchemaTest {
  private static final EventStream STREAM =
      EventStream.named("lists")
          .required(Field.Type.JSON, "colours")
          .optional(Field.Type.TEXT, "note")
          .build();

  private static final JsonObject COLOURS =
      new JsonObject()
          .put("type", "array")
          .put("minItems", 1)
          .put("maxItems", 2)
          .put("uniqueItems", true)
          .put(
              "items",
              new JsonObject().put("type", "string").put("enum", JsonArray.of("red", "b\"lue")));

  private static ItemDecoder decoder(JsonObject colours) {
    JsonObject schema =
        new JsonObject()
            .put("required", JsonArray.of("colours"))
            .put(
                "properties",
                new JsonObject()
                    .put("colours", colours)
                    .put("note", new JsonObject().put("type", "string")));
    return new ItemDecoder(
        schema, STREAM, name -> name, InstantSource.system(), () -> new UUID(1, 2));
  }

  private static Event decode(String json) throws InvalidBodyException {
    return decoder(COLOURS).decode(json.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> faults(String json) {
    try {
      return List.of(decode(json).toString());
    } catch (InvalidBodyException e) {
      return e.faults().stream().map(BodyFault::pointer).toList();
    }
  }

  @Test
  void validArray_becomesItsJson() throws Exception {
    Event event = decode("{\"colours\": [ \"b\\\"lue\" , \"red\"], \"note\":\"x\"}");
    assertThat(event.value(0)).isEqualTo("[\"b\\\"lue\",\"red\"]");
    assertThat(event.value(1)).isEqualTo("x");
  }

  @Test
  void faultyItem_isPointedAtAndTheRestIsReadOn() {
    for (String faulty : List.of("\"green\"", "7", "null", "[\"red\"]", "{\"a\":[1,{}]}")) {
      assertThat(faults("{\"colours\":[\"red\"," + faulty + "],\"note\":7,\"x\":1}"))
          .as(faulty)
          .containsExactly("/colours/1", "/note", "/x");
    }
    assertThat(faults("{\"colours\":[\"red\",\"red\"],\"note\":7}"))
        .containsExactly("/colours/1", "/note");
  }

  @Test
  void arrayBeyondItsBoundsOrNone_isAtFaultAsAWhole() {
    for (String faulty :
        List.of("[]", "[\"red\",\"b\\\"lue\",[{}]]", "\"red\"", "{}", "null", "{\"0\":\"red\"}")) {
      assertThat(faults("{\"colours\":" + faulty + ",\"note\":7}"))
          .as(faulty)
          .containsExactly("/colours", "/note");
    }
    assertThat(faults("{\"colours\":[\"red\"")).containsExactly("");
    assertThat(faults("")).containsExactly("");
  }

  @Test
  void arrayWithRepetitions_isNotCompiled() {
    assertThatThrownBy(() -> decoder(COLOURS.copy().put("uniqueItems", false)))
        .isInstanceOf(IllegalStateException.class);
  }
}
