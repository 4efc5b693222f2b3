package io.annals.contract;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** True or false. */
record BooleanSchema() implements ValueSchema {
  @Override
  public Object ofToken(JsonParser parser) throws IOException, InvalidValueException {
    if (!parser.currentToken().isBoolean()) {
      throw notABoolean();
    }
    return parser.getBooleanValue();
  }

  @Override
  public Object ofText(String text) throws InvalidValueException {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw notABoolean();
    };
  }

  private static InvalidValueException notABoolean() {
    return new InvalidValueException("bool_type", "must be true or false");
  }
}
