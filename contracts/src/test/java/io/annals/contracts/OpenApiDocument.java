package io.annals.contracts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

/** A published document as its readers get it, with the few questions that tests ask of it. */
record OpenApiDocument(String name, JsonObject root) {

  record Operation(String path, String method, JsonObject definition) {
    @Override
    public String toString() {
      return method.toUpperCase(Locale.ROOT) + " " + path;
    }
  }

  static OpenApiDocument load(String name) {
    YAMLMapper mapper =
        YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();
    String resource = "/openapi/" + name + ".yaml";
    try (InputStream in = OpenApiDocument.class.getResourceAsStream(resource)) {
      @SuppressWarnings("unchecked")
      Map<String, Object> root = mapper.readValue(Objects.requireNonNull(in, resource), Map.class);
      return new OpenApiDocument(name, new JsonObject(root));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    JsonObject paths = root.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject item = paths.getJsonObject(path);
      for (String method : item.fieldNames()) {
        operations.add(new Operation(path, method, item.getJsonObject(method)));
      }
    }
    return operations;
  }

  JsonObject operation(String operationId) {
    return operations().stream()
        .map(Operation::definition)
        .filter(definition -> definition.getString("operationId").equals(operationId))
        .findFirst()
        .orElseThrow();
  }

  /** What a local reference points to, or null. */
  Object lookUp(String ref) {
    return JsonPointer.from(ref.substring(1)).queryJson(root);
  }

  /** The object itself, or the one that it refers to. */
  JsonObject resolve(JsonObject object) {
    String ref = object.getString("$ref");
    return ref == null ? object : resolve((JsonObject) lookUp(ref));
  }

  JsonObject jsonSchemaOf(JsonObject requestOrResponse) {
    JsonObject content = requestOrResponse.getJsonObject("content");
    return resolve(content.getJsonObject("application/json").getJsonObject("schema"));
  }

  /** Visits every object but those inside examples, with its place. */
  void visitObjects(BiConsumer<String, JsonObject> visitor) {
    visit("#", root, visitor);
  }

  private static void visit(String place, Object node, BiConsumer<String, JsonObject> visitor) {
    if (node instanceof JsonObject object) {
      visitor.accept(place, object);
      for (Map.Entry<String, Object> member : object) {
        if (!member.getKey().equals("example") && !member.getKey().equals("examples")) {
          visit(place + "/" + member.getKey(), member.getValue(), visitor);
        }
      }
    } else if (node instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        visit(place + "/" + i, array.getValue(i), visitor);
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
