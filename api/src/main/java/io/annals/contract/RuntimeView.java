package io.annals.contract;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/**
 * What the OpenAPI router gets to see of the published documents. It cannot load some of their
 * constructs (problem+json, relative URLs, several documents at once), and it needs only paths,
 * operations and path parameters: requests are checked by what this package compiles. See ADR 4.
 */
public final class RuntimeView {
  private RuntimeView() {}

  /** One document with the operations of all. */
  public static JsonObject of(List<ApiDocument> documents) {
    JsonObject paths = new JsonObject();
    for (ApiDocument document : documents) {
      for (ApiOperation operation : document.operations()) {
        JsonObject path = paths.getJsonObject(operation.path(), new JsonObject());
        path.put(operation.method().name().toLowerCase(Locale.ROOT), view(operation));
        paths.put(operation.path(), path);
      }
    }
    return new JsonObject()
        .put("openapi", "3.1.0")
        .put("info", new JsonObject().put("title", "Annals").put("version", "1"))
        .put("paths", paths);
  }

  private static JsonObject view(ApiOperation operation) {
    JsonArray parameters = new JsonArray();
    for (JsonObject parameter : operation.parameters()) {
      if (parameter.getString("in").equals("path")) {
        parameters.add(
            new JsonObject()
                .put("name", parameter.getString("name"))
                .put("in", "path")
                .put("required", true)
                .put("schema", new JsonObject().put("type", "string")));
      }
    }
    return new JsonObject()
        .put("operationId", operation.operationId())
        .put("parameters", parameters)
        .put(
            "responses",
            new JsonObject().put("default", new JsonObject().put("description", "See above.")));
  }
}
