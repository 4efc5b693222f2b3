package io.annals.contract;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a document says about one operation.
 *
 * @param scopes what the caller must be allowed; empty only where anybody may call
 * @param parameters those of query, header and path, references resolved
 */
public record ApiOperation(
    ApiDocument document,
    String operationId,
    HttpMethod method,
    String path,
    List<String> scopes,
    List<JsonObject> parameters,
    JsonObject definition) {

  static ApiOperation of(ApiDocument document, String path, String method, JsonObject operation) {
    List<JsonObject> parameters = new ArrayList<>();
    JsonObject pathItem = document.root().getJsonObject("paths").getJsonObject(path);
    parameters.addAll(document.resolveAll(pathItem, "parameters"));
    parameters.addAll(document.resolveAll(operation, "parameters"));
    return new ApiOperation(
        document,
        operation.getString("operationId"),
        HttpMethod.valueOf(method.toUpperCase(Locale.ROOT)),
        path,
        scopes(operation),
        parameters,
        operation);
  }

  /** Whether the document lets anybody call it. */
  public boolean isPublic() {
    JsonArray security = definition.getJsonArray("security");
    return security == null || security.isEmpty();
  }

  /**
   * The schema of the elements of the array that the JSON body consists of.
   *
   * @param member the name of the body's only member, which holds the array
   */
  public BatchSchema batch(String member) {
    JsonObject array = document.resolve(body().getJsonObject("properties").getJsonObject(member));
    JsonObject item = document.resolve(array.getJsonObject("items"));
    return new BatchSchema(
        member, array.getInteger("minItems"), array.getInteger("maxItems"), resolved(item));
  }

  /** The schema of the JSON body, which is one item; references of its members resolved. */
  public JsonObject item() {
    return resolved(body());
  }

  /** Whether a request must have a body. */
  public boolean needsBody() {
    return definition.getJsonObject("requestBody", new JsonObject()).getBoolean("required", false);
  }

  /** The status of its answer where nothing goes wrong. */
  public int successStatus() {
    return definition.getJsonObject("responses").fieldNames().stream()
        .filter(status -> status.startsWith("2"))
        .mapToInt(Integer::parseInt)
        .findFirst()
        .orElseThrow();
  }

  private JsonObject body() {
    JsonObject content = definition.getJsonObject("requestBody").getJsonObject("content");
    return document.resolve(content.getJsonObject("application/json").getJsonObject("schema"));
  }

  /** Compiles one of its parameters. */
  public ParameterSchema compile(JsonObject parameter) {
    return new ParameterSchema(parameter, document.resolve(parameter.getJsonObject("schema")));
  }

  private JsonObject resolved(JsonObject item) {
    JsonObject properties = item.getJsonObject("properties");
    JsonObject members = new JsonObject();
    properties.forEach(
        property ->
            members.put(property.getKey(), document.resolve((JsonObject) property.getValue())));
    return item.copy().put("properties", members);
  }

  /** All scopes of the first security requirement; further ones are alternatives of scheme. */
  private static List<String> scopes(JsonObject operation) {
    JsonArray security = operation.getJsonArray("security");
    if (security == null || security.isEmpty()) {
      return List.of();
    }
    JsonObject requirement = security.getJsonObject(0);
    String scheme = requirement.fieldNames().iterator().next();
    return requirement.getJsonArray(scheme).stream().map(String.class::cast).toList();
  }

  /**
   * A body that is an array of items in one member.
   *
   * @param item the items' schema, references of its members resolved
   */
  public record BatchSchema(String member, int minItems, int maxItems, JsonObject item) {}
}
