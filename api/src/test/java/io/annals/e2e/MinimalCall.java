package io.annals.e2e;

import io.annals.contract.ApiOperation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** The least request that the contract allows for an operation, made of its own examples. */
final class MinimalCall {
  private static final Set<String> NAMES_OF_TENANT = Set.of("tenant", "X-Tenant-ID");
  private static final String FORM = "application/x-www-form-urlencoded";

  private MinimalCall() {}

  /**
   * A request without a credential.
   *
   * @param scopes what the caller holds: where the body hands out scopes, it may not name others
   */
  static Call of(ApiOperation operation, UUID tenant, Set<String> scopes) {
    Call call = Call.of(operation.method().name(), operation.path());
    for (JsonObject parameter : operation.parameters()) {
      String name = parameter.getString("name");
      if (NAMES_OF_TENANT.contains(name)) {
        call = with(call, parameter, tenant.toString());
      } else if (parameter.getBoolean("required", false)) {
        call = with(call, parameter, example(operation, parameter));
      }
    }
    return operation.needsBody() ? withBody(call, operation, scopes) : call;
  }

  private static String example(ApiOperation operation, JsonObject parameter) {
    Object example = parameter.getValue("example");
    if (example == null) {
      throw new IllegalStateException(
          operation.operationId() + " has no example of " + parameter.getString("name"));
    }
    return example.toString();
  }

  private static Call with(Call call, JsonObject parameter, String value) {
    String name = parameter.getString("name");
    return switch (parameter.getString("in")) {
      case "path" -> call.target(call.target().replace("{" + name + "}", value));
      case "query" -> call.query(name, value);
      case "header" -> call.header(name, value);
      default -> throw new IllegalStateException("a parameter in " + parameter.getString("in"));
    };
  }

  /** With the shortest example of the first media type. */
  private static Call withBody(Call call, ApiOperation operation, Set<String> scopes) {
    JsonObject content =
        operation.definition().getJsonObject("requestBody").getJsonObject("content");
    String mediaType = content.fieldNames().iterator().next();
    JsonObject examples = content.getJsonObject(mediaType).getJsonObject("examples");
    JsonObject body =
        examples.stream()
            .map(example -> ((JsonObject) example.getValue()).getJsonObject("value"))
            .min(Comparator.comparingInt(value -> value.encode().length()))
            .orElseThrow()
            .copy();
    if (body.containsKey("scopes") && !scopes.isEmpty()) {
      body.put("scopes", new JsonArray(new ArrayList<>(scopes)));
    }
    return call.header("Content-Type", mediaType)
        .body(mediaType.equals(FORM) ? form(body) : body.encode());
  }

  private static String form(JsonObject fields) {
    return fields.stream()
        .map(field -> encode(field.getKey()) + "=" + encode(field.getValue().toString()))
        .collect(Collectors.joining("&"));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
