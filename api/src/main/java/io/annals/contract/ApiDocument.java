package io.annals.contract;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One published OpenAPI document. References inside it are followed as it is read. */
public final class ApiDocument {
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final String name;
  private final byte[] source;
  private final JsonObject root;

  private ApiDocument(String name, byte[] source, JsonObject root) {
    this.name = name;
    this.source = source;
    this.root = root;
  }

  /**
   * Loads {@code openapi/NAME.yaml} from the class path.
   *
   * @throws IllegalStateException if it is not there
   */
  public static ApiDocument load(String name) {
    String resource = "openapi/" + name + ".yaml";
    try (InputStream in = ApiDocument.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      byte[] source = in.readAllBytes();
      @SuppressWarnings("unchecked")
      Map<String, Object> root = YAML.readValue(source, Map.class);
      return new ApiDocument(name, source, new JsonObject(root));
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " cannot be read", e);
    }
  }

  /** Its file name without the ending. */
  public String name() {
    return name;
  }

  /** The document as it is published, YAML in UTF-8. */
  public byte[] source() {
    return source.clone();
  }

  /** The document's tree; not to be changed. */
  public JsonObject root() {
    return root;
  }

  /** Its operations in the order of the document. */
  public List<ApiOperation> operations() {
    List<ApiOperation> operations = new ArrayList<>();
    JsonObject paths = root.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject item = paths.getJsonObject(path);
      for (String method : item.fieldNames()) {
        if (METHODS.contains(method)) {
          operations.add(ApiOperation.of(this, path, method, item.getJsonObject(method)));
        }
      }
    }
    return operations;
  }

  /** The schema itself where a reference to it stands. */
  JsonObject resolve(JsonObject node) {
    String reference = node.getString("$ref");
    if (reference == null) {
      return node;
    }
    JsonObject target = root;
    for (String step : reference.substring("#/".length()).split("/", -1)) {
      target = target.getJsonObject(step.replace("~1", "/").replace("~0", "~"));
    }
    return resolve(target);
  }

  /** The same for each element of an array; none if there is no array. */
  List<JsonObject> resolveAll(JsonObject node, String member) {
    JsonArray array = node.getJsonArray(member, new JsonArray());
    List<JsonObject> resolved = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      resolved.add(resolve(array.getJsonObject(i)));
    }
    return resolved;
  }
}
