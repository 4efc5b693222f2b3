package io.annals.contract;

import com.fasterxml.jackson.core.JsonParser;
import io.vertx.core.json.JsonObject;
import java.io.IOException;

/** A number, kept as a double. */
record NumberSchema(double minimum) implements ValueSchema {
  static NumberSchema of(JsonObject schema) {
    return new NumberSchema(schema.getDouble("minimum", Double.NEGATIVE_INFINITY));
  }

  @Override
  public Object ofToken(JsonParser parser) throws IOException, InvalidValueException {
    if (!parser.currentToken().isNumeric()) {
      throw new InvalidValueException("number_type", "must be a number");
    }
    return checked(parser.getDoubleValue());
  }

  @Override
  public Object ofText(String text) throws InvalidValueException {
    try {
      return checked(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      throw new InvalidValueException("number_type", "must be a number");
    }
  }

  private Object checked(double number) throws InvalidValueException {
    if (number < minimum) {
      throw new InvalidValueException("out_of_range", "must be at least " + minimum);
    }
    if (!Double.isFinite(number)) {
      throw new InvalidValueException("out_of_range", "must be a finite 64-bit number");
    }
    return number + 0.0; // -0.0 becomes 0.0: the two are one number in JSON
  }
}
