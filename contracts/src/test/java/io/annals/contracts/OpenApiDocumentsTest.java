package io.annals.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.contracts.OpenApiDocument.Operation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OpenApiDocumentsTest {

  private static final Set<String> COMPARED_KEYWORDS =
      Set.of("type", "format", "enum", "minimum", "maximum", "minLength", "maxLength");
  private static final Set<String> OTHER_MEMBER_KEYWORDS =
      Set.of("description", "examples", "default", "x-maxBytes", "x-maxDepth");
  private static final Set<String> DECODED_FORMATS = Set.of("uuid", "date-time", "int32", "int64");
  private static final Map<String, String> HEADER_BY_STATUS =
      Map.of("401", "WWW-Authenticate", "405", "Allow", "429", "Retry-After", "503", "Retry-After");

  private static final List<OpenApiDocument> DOCUMENTS =
      Stream.of("tenant", "events", "log").map(OpenApiDocument::load).toList();

  static List<OpenApiDocument> documents() {
    return DOCUMENTS;
  }

  @Test
  void operationIds_areThoseThatTheServerHandles() {
    assertThat(DOCUMENTS)
        .flatExtracting(OpenApiDocument::operations)
        .extracting(operation -> operation.definition().getString("operationId"))
        .containsExactly(
            "listCredentialAuditEvents",
            "appendCredentialAuditEvents",
            "listAuditEvents",
            "appendAuditEvents",
            "listAuditLog",
            "appendAuditLog");
  }

  @ParameterizedTest
  @MethodSource("documents")
  void references_resolveWithinTheDocument(OpenApiDocument document) {
    document.visitObjects(
        (place, object) -> {
          String ref = object.getString("$ref");
          if (ref != null) {
            assertThat(ref).as(place).startsWith("#/components/");
            assertThat(document.lookUp(ref)).as("%s -> %s", place, ref).isNotNull();
          }
        });
  }

  @ParameterizedTest
  @MethodSource("documents")
  void components_areAllInUse(OpenApiDocument document) {
    Set<String> used = new TreeSet<>();
    document.visitObjects(
        (place, object) -> {
          if (object.containsKey("$ref")) {
            used.add(object.getString("$ref"));
          }
        });
    Set<String> declared = new TreeSet<>();
    for (String kind : List.of("parameters", "headers", "responses", "schemas")) {
      document.root().getJsonObject("components").getJsonObject(kind).fieldNames().stream()
          .map(component -> "#/components/" + kind + "/" + component)
          .forEach(declared::add);
    }
    assertThat(declared).isEqualTo(used);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void operations_areDescribedAndGuarded(OpenApiDocument document) {
    JsonObject schemes =
        document.root().getJsonObject("components").getJsonObject("securitySchemes");
    for (Operation operation : document.operations()) {
      JsonObject definition = operation.definition();
      assertThat(definition.getString("summary")).as("%s", operation).isNotBlank();
      assertThat(definition.getString("description")).as("%s", operation).isNotBlank();

      JsonArray security = definition.getJsonArray("security");
      assertThat(security).as("%s", operation).isNotEmpty();
      String scope = operation.method().equals("get") ? "audit:read" : "audit:write";
      for (int alternative = 0; alternative < security.size(); alternative++) {
        JsonObject requirements = security.getJsonObject(alternative);
        assertThat(requirements).as("%s", operation).isNotEmpty();
        for (Map.Entry<String, Object> requirement : requirements) {
          assertThat(schemes.fieldNames()).as("%s", operation).contains(requirement.getKey());
          assertThat(requirement.getValue()).as("%s", operation).isEqualTo(JsonArray.of(scope));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void refusals_areDeclaredWithTheirHeaders(OpenApiDocument document) {
    for (Operation operation : document.operations()) {
      JsonObject responses = operation.definition().getJsonObject("responses");
      assertThat(responses.fieldNames())
          .as("%s", operation)
          .contains("401", "403", "404", "405", "500", "503");
      if (operation.method().equals("post")) {
        assertThat(responses.fieldNames()).as("%s", operation).contains("409", "413", "415", "429");
      }
      for (String status : responses.fieldNames()) {
        JsonObject response = document.resolve(responses.getJsonObject(status));
        assertThat(response.getJsonObject("content")).as("%s %s", operation, status).isNotEmpty();
        String header = HEADER_BY_STATUS.get(status);
        if (header != null) {
          assertThat(response.getJsonObject("headers").fieldNames())
              .as("%s %s", operation, status)
              .contains(header);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void examples_areValid(OpenApiDocument document) {
    document.visitObjects(
        (place, object) -> {
          JsonObject schema = object.getJsonObject("schema", object);
          for (Map.Entry<String, Object> example : examplesOf(place, object).entrySet()) {
            OutputUnit result = validator(document, schema).validate(example.getValue());
            assertThat(result.getErrors()).as("%s in %s", example.getKey(), document).isNull();
            assertThat(result.getValid()).as("%s in %s", example.getKey(), document).isTrue();
          }
        });
  }

  @ParameterizedTest
  @MethodSource("documents")
  void contents_haveExamples(OpenApiDocument document) {
    document.visitObjects(
        (place, object) -> {
          if (place.matches(".*/content/[^/]+/[^/]+")) {
            assertThat(examplesOf(place, object)).as(place).isNotEmpty();
          }
        });
  }

  @ParameterizedTest
  @MethodSource("documents")
  void batches_haveOneBoundedListOfItems(OpenApiDocument document) {
    JsonObject batch = batchSchema(document);
    String list = batch.getJsonObject("properties").fieldNames().iterator().next();
    assertThat(batch.getJsonObject("properties").fieldNames()).containsExactly(list);
    assertThat(batch.getJsonArray("required")).isEqualTo(JsonArray.of(list));
    assertThat(batch.getBoolean("additionalProperties")).isFalse();

    JsonObject items = batch.getJsonObject("properties").getJsonObject(list);
    assertThat(items.getInteger("minItems")).isEqualTo(1);
    assertThat(items.getInteger("maxItems")).isEqualTo(1000);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void writtenItems_useOnlyWhatTheDecoderUnderstands(OpenApiDocument document) {
    JsonObject item = itemSchema(document, batchSchema(document));
    assertThat(item.fieldNames())
        .containsExactlyInAnyOrder(
            "type", "description", "additionalProperties", "required", "properties");
    assertThat(item.getString("type")).isEqualTo("object");
    assertThat(item.getBoolean("additionalProperties")).isFalse();

    JsonObject members = item.getJsonObject("properties");
    assertThat(item.getJsonArray("required"))
        .allSatisfy(name -> assertThat(members.fieldNames()).contains((String) name));
    for (String name : members.fieldNames()) {
      JsonObject member = members.getJsonObject(name);
      Set<String> keywords = new TreeSet<>(member.fieldNames());
      keywords.removeAll(COMPARED_KEYWORDS);
      assertThat(OTHER_MEMBER_KEYWORDS).as(name).containsAll(keywords);
      if (member.containsKey("format")) {
        assertThat(DECODED_FORMATS).as(name).contains(member.getString("format"));
      }
      if (member.getValue("type") instanceof JsonArray types) {
        assertThat(types).as(name).hasSize(2);
        assertThat(types.getString(1)).as(name).isEqualTo("null");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void writtenItems_agreeWithReadItems(OpenApiDocument document) {
    JsonObject page =
        document.jsonSchemaOf(
            document.operation("get").getJsonObject("responses").getJsonObject("200"));
    JsonObject read = itemSchema(document, page).getJsonObject("properties");
    JsonObject written = itemSchema(document, batchSchema(document)).getJsonObject("properties");

    Set<String> readOnly = new TreeSet<>(read.fieldNames());
    readOnly.removeAll(written.fieldNames());
    assertThat(readOnly)
        .isEqualTo(document.name().equals("tenant") ? Set.of("tenantId") : Set.of());
    for (String name : written.fieldNames()) {
      assertThat(read.fieldNames()).contains(name);
      JsonObject readMember = document.resolve(read.getJsonObject(name));
      for (String keyword : COMPARED_KEYWORDS) {
        assertThat(written.getJsonObject(name).getValue(keyword))
            .as("%s of %s", keyword, name)
            .isEqualTo(readMember.getValue(keyword));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void schemas_haveNoPattern(OpenApiDocument document) {
    document.visitObjects(
        (place, object) -> assertThat(object.fieldNames()).as(place).doesNotContain("pattern"));
  }

  private static JsonObject batchSchema(OpenApiDocument document) {
    return document.jsonSchemaOf(document.operation("post").getJsonObject("requestBody"));
  }

  /** The items of the list in a batch or a page. */
  private static JsonObject itemSchema(OpenApiDocument document, JsonObject envelope) {
    for (Map.Entry<String, Object> member : envelope.getJsonObject("properties")) {
      if (member.getValue() instanceof JsonObject list && list.containsKey("items")) {
        return document.resolve(list.getJsonObject("items"));
      }
    }
    throw new AssertionError("no list in " + envelope);
  }

  /** The examples of a schema, a parameter, a header or a media type; a default is one too. */
  private static Map<String, Object> examplesOf(String place, JsonObject object) {
    Map<String, Object> examples = new LinkedHashMap<>();
    for (String keyword : List.of("example", "default")) {
      if (object.containsKey(keyword)) {
        examples.put(place + "/" + keyword, object.getValue(keyword));
      }
    }
    if (object.getValue("examples") instanceof JsonArray values) {
      for (int i = 0; i < values.size(); i++) {
        examples.put(place + "/examples/" + i, values.getValue(i));
      }
    } else if (object.getValue("examples") instanceof JsonObject named) {
      for (String name : named.fieldNames()) {
        examples.put(place + "/examples/" + name, named.getJsonObject(name).getValue("value"));
      }
    }
    return examples;
  }

  private static Validator validator(OpenApiDocument document, JsonObject schema) {
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
  }
}
