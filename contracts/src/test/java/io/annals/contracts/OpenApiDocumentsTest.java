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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenApiDocumentsTest {

  /** What anybody may call. */
  private static final Set<String> PUBLIC = Set.of("issueToken", "getJsonWebKeySet");

  private static final Set<String> COMPARED_KEYWORDS =
      Set.of("type", "format", "enum", "minimum", "maximum", "minLength", "maxLength");
  private static final Set<String> OTHER_MEMBER_KEYWORDS =
      Set.of(
          "description",
          "examples",
          "default",
          "x-maxBytes",
          "x-maxDepth",
          "items",
          "minItems",
          "maxItems",
          "uniqueItems");
  private static final Set<String> DECODED_FORMATS = Set.of("uuid", "date-time", "int32", "int64");
  private static final Map<String, String> HEADER_BY_STATUS =
      Map.of("401", "WWW-Authenticate", "405", "Allow", "429", "Retry-After", "503", "Retry-After");

  private static final OpenApiDocument TENANT = OpenApiDocument.load("tenant");
  private static final OpenApiDocument EVENTS = OpenApiDocument.load("events");
  private static final OpenApiDocument LOG = OpenApiDocument.load("log");
  private static final List<OpenApiDocument> DOCUMENTS = List.of(TENANT, EVENTS, LOG);

  static List<OpenApiDocument> documents() {
    return DOCUMENTS;
  }

  /**
   * An operation that takes a batch, and one that lists what was written.
   *
   * @param readOnly members that only listed items have
   * @param writeOnly members that only written items have
   */
  record Stream(
      OpenApiDocument document,
      String list,
      String write,
      Set<String> readOnly,
      Set<String> writeOnly) {

    JsonObject page() {
      JsonObject responses = document.operation(list).getJsonObject("responses");
      return document.jsonSchemaOf(responses.getJsonObject("200"));
    }

    JsonObject batch() {
      return document.jsonSchemaOf(document.operation(write).getJsonObject("requestBody"));
    }

    /** The items of the list in a batch or a page. */
    JsonObject item(JsonObject envelope) {
      for (Map.Entry<String, Object> member : envelope.getJsonObject("properties")) {
        if (member.getValue() instanceof JsonObject list && list.containsKey("items")) {
          return document.resolve(list.getJsonObject("items"));
        }
      }
      throw new AssertionError("no list in " + envelope);
    }

    @Override
    public String toString() {
      return list + ", " + write;
    }
  }

  static List<Stream> streams() {
    Set<String> tenant = Set.of("tenantId");
    Set<String> account = Set.of("serviceAccountId");
    return List.of(
        new Stream(
            TENANT, "listCredentialAuditEvents", "appendCredentialAuditEvents", tenant, Set.of()),
        new Stream(TENANT, "listTokenActivity", "ingestActivity", tenant, account),
        new Stream(TENANT, "listServiceAccountActivity", "ingestActivity", tenant, account),
        new Stream(EVENTS, "listAuditEvents", "appendAuditEvents", Set.of(), Set.of()),
        new Stream(LOG, "listAuditLog", "appendAuditLog", Set.of(), Set.of()));
  }

  @Test
  void operationIds_areThoseThatTheServerHandles() {
    assertThat(DOCUMENTS)
        .flatExtracting(OpenApiDocument::operations)
        .extracting(operation -> operation.definition().getString("operationId"))
        .containsExactly(
            "listCredentialAuditEvents",
            "appendCredentialAuditEvents",
            "listTokenActivity",
            "listServiceAccountActivity",
            "ingestActivity",
            "getJsonWebKeySet",
            "issueToken",
            "listServiceAccounts",
            "createServiceAccount",
            "getServiceAccount",
            "deleteServiceAccount",
            "listServiceAccountAuditEvents",
            "listTokens",
            "mintToken",
            "getToken",
            "revokeToken",
            "rotateToken",
            "listTokenAuditEvents",
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
      if (isPublic(operation)) {
        assertThat(security).as("%s", operation).isEmpty();
        continue;
      }
      assertThat(security.stream().map(each -> ((JsonObject) each).fieldNames().iterator().next()))
          .as("%s", operation)
          .contains("bearer", "apiKey");
      String scope = kind(operation) + (operation.method().equals("get") ? ":read" : ":write");
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

  private static String kind(Operation operation) {
    if (operation.path().endsWith("/activity")) {
      return "activity";
    }
    return operation.definition().getJsonArray("tags").contains("Keys") ? "keys" : "audit";
  }

  @ParameterizedTest
  @MethodSource("documents")
  void refusals_areDeclaredWithTheirHeaders(OpenApiDocument document) {
    for (Operation operation : document.operations()) {
      JsonObject responses = operation.definition().getJsonObject("responses");
      assertThat(responses.fieldNames()).as("%s", operation).contains("405", "500");
      if (!operation.definition().getString("operationId").equals("getJsonWebKeySet")) {
        // the only one that looks at no credential, and at no store
        assertThat(responses.fieldNames()).as("%s", operation).contains("401", "503");
      }
      if (!isPublic(operation)) {
        assertThat(responses.fieldNames()).as("%s", operation).contains("403", "404", "429");
      }
      if (operation.method().equals("post")) {
        assertThat(responses.fieldNames()).as("%s", operation).contains("413", "415", "429");
        String id = operation.definition().getString("operationId");
        assertThat(responses.containsKey("409"))
            .as("%s meets what contradicts it", operation)
            .isEqualTo(id.startsWith("append") || id.equals("rotateToken"));
      }
      for (String status : responses.fieldNames()) {
        JsonObject response = document.resolve(responses.getJsonObject(status));
        assertThat(response.getJsonObject("content", new JsonObject()).isEmpty())
            .as("content of %s %s", operation, status)
            .isEqualTo(status.equals("204"));
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
  @MethodSource("streams")
  void batches_haveOneBoundedListOfItems(Stream stream) {
    JsonObject batch = stream.batch();
    String list = batch.getJsonObject("properties").fieldNames().iterator().next();
    assertThat(batch.getJsonObject("properties").fieldNames()).containsExactly(list);
    assertThat(batch.getJsonArray("required")).isEqualTo(JsonArray.of(list));
    assertThat(batch.getBoolean("additionalProperties")).isFalse();

    JsonObject items = batch.getJsonObject("properties").getJsonObject(list);
    assertThat(items.getInteger("minItems")).isEqualTo(1);
    assertThat(items.getInteger("maxItems")).isEqualTo(1000);
  }

  @ParameterizedTest
  @MethodSource("streams")
  void writtenItems_useOnlyWhatTheDecoderUnderstands(Stream stream) {
    JsonObject item = stream.item(stream.batch());
    assertThat(item.fieldNames())
        .containsExactlyInAnyOrder(
            "type", "description", "additionalProperties", "required", "properties");
    assertIsDecoded(item);
  }

  @ParameterizedTest
  @ValueSource(strings = {"createServiceAccount", "mintToken", "rotateToken"})
  void singleBodies_useOnlyWhatTheDecoderUnderstands(String operation) {
    JsonObject body = TENANT.jsonSchemaOf(TENANT.operation(operation).getJsonObject("requestBody"));
    assertIsDecoded(body);
  }

  private static void assertIsDecoded(JsonObject item) {
    assertThat(item.getString("type")).isEqualTo("object");
    assertThat(item.getBoolean("additionalProperties")).isFalse();

    JsonObject members = item.getJsonObject("properties");
    assertThat(item.getJsonArray("required", new JsonArray()))
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
  @MethodSource("streams")
  void writtenItems_agreeWithReadItems(Stream stream) {
    JsonObject read = stream.item(stream.page()).getJsonObject("properties");
    JsonObject written = stream.item(stream.batch()).getJsonObject("properties");

    assertThat(without(read, written)).isEqualTo(stream.readOnly());
    assertThat(without(written, read)).isEqualTo(stream.writeOnly());
    Set<String> common = new TreeSet<>(read.fieldNames());
    common.retainAll(written.fieldNames());
    for (String name : common) {
      JsonObject readMember = stream.document().resolve(read.getJsonObject(name));
      for (String keyword : COMPARED_KEYWORDS) {
        assertThat(written.getJsonObject(name).getValue(keyword))
            .as("%s of %s", keyword, name)
            .isEqualTo(readMember.getValue(keyword));
      }
    }
  }

  @Test
  void activityLines_areItemsOfTheBatch() {
    JsonObject content =
        TENANT.operation("ingestActivity").getJsonObject("requestBody").getJsonObject("content");
    assertThat(content.fieldNames()).containsExactly("application/json", "application/x-ndjson");

    JsonObject lines = content.getJsonObject("application/x-ndjson");
    Validator line =
        validator(TENANT, new JsonObject().put("$ref", "#/components/schemas/NewActivityEvent"));
    for (Object example : examplesOf("lines", lines).values()) {
      assertThat(((String) example).lines())
          .isNotEmpty()
          .allSatisfy(text -> assertThat(line.validate(new JsonObject(text)).getValid()).isTrue());
    }
  }

  @Test
  void interruptions_sayWholeHowFarTheyCame() {
    Validator problem =
        validator(TENANT, new JsonObject().put("$ref", "#/components/schemas/IngestProblem"));
    JsonObject refused =
        new JsonObject()
            .put("type", "urn:annals:problem:unavailable")
            .put("title", "Service unavailable")
            .put("status", 503);
    JsonObject partly = refused.copy().put("accepted", 7).put("rejected", 0);
    JsonObject whole = partly.copy().put("resumeFromLine", 8);

    assertThat(problem.validate(refused).getValid()).isTrue();
    assertThat(problem.validate(whole).getValid()).isTrue();
    assertThat(problem.validate(partly).getValid()).isFalse();
    assertThat(problem.validate(whole.copy().putNull("type")).getValid()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void schemas_haveNoPattern(OpenApiDocument document) {
    document.visitObjects(
        (place, object) -> assertThat(object.fieldNames()).as(place).doesNotContain("pattern"));
  }

  private static boolean isPublic(Operation operation) {
    return PUBLIC.contains(operation.definition().getString("operationId"));
  }

  /** The names of these members that the others do not have. */
  private static Set<String> without(JsonObject members, JsonObject others) {
    Set<String> names = new TreeSet<>(members.fieldNames());
    names.removeAll(others.fieldNames());
    return names;
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
