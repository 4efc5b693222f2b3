package io.annals.contract;

import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A parameter of an operation, compiled. */
public final class ParameterSchema {
  private final String name;
  private final String in;
  private final boolean required;
  private final ValueSchema value;
  private final @Nullable Object defaultValue;

  ParameterSchema(JsonObject parameter, JsonObject schema) {
    name = parameter.getString("name");
    in = parameter.getString("in");
    required = parameter.getBoolean("required", false);
    value = ValueSchema.compile(schema);
    defaultValue = schema.getValue("default");
  }

  /** Its name, which is not case-sensitive for a header. */
  public String name() {
    return name;
  }

  /** Where it stands: {@code query}, {@code header} or {@code path}. */
  public String in() {
    return in;
  }

  /** Whether a request must have it. */
  public boolean required() {
    return required;
  }

  /** What it is where the request does not have it; null if it has no default. */
  public @Nullable Object defaultValue() {
    return defaultValue;
  }

  /**
   * Reads a UUID as parameters are read.
   *
   * @throws InvalidValueException if it is none
   */
  public static UUID uuid(String text) throws InvalidValueException {
    return new UuidSchema().ofText(text);
  }

  /**
   * The value that this text means.
   *
   * @throws InvalidValueException if the schema does not allow it
   */
  public Object value(String text) throws InvalidValueException {
    return value.ofText(text);
  }
}
