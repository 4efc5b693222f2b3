package io.annals.http;

import io.annals.contract.ApiOperation;
import io.annals.contract.InvalidValueException;
import io.annals.contract.ParameterSchema;
import io.annals.http.Violation.Place;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one operation, read as its contract says. Every query parameter must be known,
 * stand there once, and have a value; all that is wrong is named. Beside the tenant, a path holds
 * ids of what the tenant has; they are UUIDs, and any other text is the id of nothing.
 */
public final class Parameters {
  private final List<ParameterSchema> schemas;
  private final Map<String, ParameterSchema> queryByName;

  /** Compiles the parameters of an operation. */
  public Parameters(ApiOperation operation) {
    schemas = operation.parameters().stream().map(p -> operation.compile(p)).toList();
    queryByName =
        schemas.stream()
            .filter(schema -> place(schema) == Place.QUERY)
            .collect(Collectors.toMap(ParameterSchema::name, schema -> schema));
  }

  /**
   * Reads the values by the parameters' names, defaults filled in; no entry where there is none.
   *
   * @throws Refusal if a parameter breaks the contract, naming every one that does; else if the
   *     path holds the id of nothing
   */
  public Map<String, Object> read(RoutingContext context) {
    HttpServerRequest request = context.request();
    List<Violation> violations = new ArrayList<>();
    Map<String, List<String>> query = QueryString.parse(request.query(), violations);
    for (String name : query.keySet()) {
      if (!queryByName.containsKey(name)) {
        violations.add(
            Violation.of(Place.QUERY, name, "unknown", "is not a parameter that is known here"));
      }
    }
    Map<String, Object> values = new HashMap<>();
    for (ParameterSchema schema : schemas) {
      List<String> texts =
          switch (place(schema)) {
            case QUERY -> query.getOrDefault(schema.name(), List.of());
            case HEADER -> request.headers().getAll(schema.name());
            default -> List.of(context.pathParam(schema.name()));
          };
      Object value = isId(schema) ? Door.uuid(texts.get(0)) : value(schema, texts, violations);
      if (value != null) {
        values.put(schema.name(), value);
      }
    }
    if (!violations.isEmpty()) {
      throw Refusal.of(violations);
    }
    for (ParameterSchema schema : schemas) {
      if (isId(schema) && !values.containsKey(schema.name())) {
        throw Refusal.unknown(schema.name());
      }
    }
    return values;
  }

  private static boolean isId(ParameterSchema schema) {
    return place(schema) == Place.PATH && !schema.name().equals(Door.TENANT_PARAMETER);
  }

  private static @Nullable Object value(
      ParameterSchema schema, List<String> texts, List<Violation> violations) {
    if (texts.isEmpty()) {
      if (schema.required()) {
        violations.add(violation(schema, "missing", "is required"));
      }
      return schema.defaultValue();
    }
    if (texts.size() > 1) {
      violations.add(violation(schema, "repeated", "must stand there once"));
    } else if (texts.get(0).isEmpty()) {
      violations.add(violation(schema, "empty", "must not be empty"));
    } else {
      try {
        return schema.value(texts.get(0));
      } catch (InvalidValueException e) {
        violations.add(violation(schema, e.fault().type(), e.fault().message()));
      }
    }
    return null;
  }

  private static Violation violation(ParameterSchema schema, String type, String message) {
    return Violation.of(place(schema), schema.name(), type, message);
  }

  private static Place place(ParameterSchema schema) {
    return Place.valueOf(schema.in().toUpperCase(Locale.ROOT));
  }
}
