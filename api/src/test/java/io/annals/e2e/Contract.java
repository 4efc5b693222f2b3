package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.contract.ApiDocument;
import io.annals.contract.ApiOperation;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The published documents, as a judge of answers. */
final class Contract {
  private static final Map<String, Validator> VALIDATORS = new ConcurrentHashMap<>();

  private Contract() {}

  /** Fails unless the documents allow this answer to this request. */
  static void check(Call call, Answer answer) {
    check(call, answer, Stream.ofPath(path(call)));
  }

  /**
   * The same for what is not HTTP: where its path cannot be read, the answer is a problem.
   *
   * @param answer what the server said before it closed the connection
   */
  static void checkMalformed(Call call, Answer answer) {
    boolean problem = "application/problem+json".equals(answer.header("content-type"));
    check(call, answer, problem ? Stream.CREDENTIALS : Stream.ofPath(path(call)));
  }

  private static String path(Call call) {
    return call.target().replaceFirst("[?#].*", "");
  }

  private static void check(Call call, Answer answer, Stream stream) {
    String path = path(call);
    ApiOperation operation = operation(stream, call.method(), path);
    String status = String.valueOf(answer.status());
    JsonObject responses = operation.definition().getJsonObject("responses");
    assertThat(responses.fieldNames()).as("status of %s: %s", call, answer).contains(status);
    JsonObject response = resolve(operation.document(), responses.getJsonObject(status));
    checkHeaders(call, answer, operation.document(), response);
    if (!call.method().equals("HEAD")) {
      checkBody(call, answer, operation.document(), response);
    }
  }

  /**
   * The operation that is meant. A request that means none is answered like those of its dialect;
   * of them, the one that writes declares the most refusals.
   */
  private static ApiOperation operation(Stream stream, String method, String path) {
    List<ApiOperation> operations = stream.document().operations();
    Optional<ApiOperation> meant =
        operations.stream()
            .filter(o -> path.matches(o.path().replaceAll("\\{[^}]*}", "[^/]+")))
            .filter(o -> o.method().name().equals(method))
            .findFirst();
    return meant.orElseGet(
        () -> operations.stream().filter(o -> o.method().name().equals("POST")).findFirst().get());
  }

  private static void checkHeaders(
      Call call, Answer answer, ApiDocument document, JsonObject response) {
    JsonObject headers = response.getJsonObject("headers", new JsonObject());
    for (String name : headers.fieldNames()) {
      JsonObject header = resolve(document, headers.getJsonObject(name));
      if (header.getBoolean("required", false)) {
        assertThat(answer.headers())
            .as("headers of %s: %s", call, answer)
            .containsKey(name.toLowerCase(Locale.ROOT));
      }
    }
  }

  private static void checkBody(
      Call call, Answer answer, ApiDocument document, JsonObject response) {
    JsonObject content = response.getJsonObject("content");
    if (content == null) {
      assertThat(answer.text()).as("body of %s", call).isEmpty();
      return;
    }
    assertThat(content.fieldNames())
        .as("media type of %s: %s", call, answer)
        .contains(answer.header("content-type"));
    JsonObject schema =
        content.getJsonObject(answer.header("content-type")).getJsonObject("schema");
    OutputUnit result = validator(document, schema).validate(Json.decodeValue(answer.text()));
    assertThat(result.getErrors()).as("body of %s: %s", call, answer).isNull();
    assertThat(result.getValid()).as("body of %s: %s", call, answer).isTrue();
  }

  /** A validator of one schema of a document. */
  static Validator validator(ApiDocument document, JsonObject schema) {
    return VALIDATORS.computeIfAbsent(
        document.name() + schema.encode(),
        key -> {
          JsonObject schemas = document.root().getJsonObject("components").getJsonObject("schemas");
          JsonObject whole =
              new JsonObject()
                  .put("allOf", JsonArray.of(schema))
                  .put("components", new JsonObject().put("schemas", schemas));
          return Validator.create(
              JsonSchema.of(whole.copy()),
              new JsonSchemaOptions()
                  .setDraft(Draft.DRAFT202012)
                  .setBaseUri("app://annals/")
                  .setOutputFormat(OutputFormat.Basic));
        });
  }

  /** What a reference leads to. */
  static JsonObject resolve(ApiDocument document, JsonObject node) {
    String reference = node.getString("$ref");
    if (reference == null) {
      return node;
    }
    JsonObject target =
        Arrays.stream(reference.substring(2).split("/", -1))
            .reduce(document.root(), JsonObject::getJsonObject, (a, b) -> b);
    return resolve(document, target);
  }
}
