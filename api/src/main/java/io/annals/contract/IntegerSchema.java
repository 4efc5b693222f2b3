package io.annals.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigDecimal;

/** A whole number. JSON Schema counts 1.0 as one, too. */
record IntegerSchema(boolean fits32Bits, long minimum, long maximum) implements ValueSchema {
  private static final int LONG_DIGITS = 19;

  static IntegerSchema of(JsonObject schema) {
    boolean narrow = schema.getString("format", "int64").equals("int32");
    return new IntegerSchema(
        narrow,
        schema.getLong("minimum", narrow ? Integer.MIN_VALUE : Long.MIN_VALUE),
        schema.getLong("maximum", narrow ? Integer.MAX_VALUE : Long.MAX_VALUE));
  }

  @Override
  public Object ofToken(JsonParser parser) throws IOException, InvalidValueException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NUMBER_INT) {
      if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        throw outOfRange();
      }
      return checked(parser.getLongValue());
    }
    if (token == JsonToken.VALUE_NUMBER_FLOAT) {
      return ofFraction(parser.getText());
    }
    throw notAnInteger();
  }

  @Override
  public Object ofText(String text) throws InvalidValueException {
    try {
      // Long.parseLong alone would let "+1" and foreign digits through.
      if (text.isEmpty() || !text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'))) {
        throw notAnInteger();
      }
      return checked(Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw text.matches("-?[0-9]+") ? outOfRange() : notAnInteger();
    }
  }

  private Object ofFraction(String text) throws InvalidValueException {
    BigDecimal number;
    try {
      number = new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw outOfRange(); // an exponent beyond 32 bits
    }
    if (number.signum() == 0) {
      return checked(0);
    }
    // Looked at before it is expanded: 1e999999999 is short to write.
    long digits = (long) number.precision() - number.scale();
    if (digits > LONG_DIGITS) {
      throw outOfRange();
    }
    if (digits < 1 || number.stripTrailingZeros().scale() > 0) {
      throw notAnInteger();
    }
    try {
      return checked(number.longValueExact());
    } catch (ArithmeticException e) {
      throw outOfRange();
    }
  }

  private Object checked(long number) throws InvalidValueException {
    if (number < minimum || number > maximum) {
      throw outOfRange();
    }
    if (fits32Bits) {
      return (int) number;
    }
    return number;
  }

  private InvalidValueException outOfRange() {
    return new InvalidValueException("out_of_range", "must be from " + minimum + " to " + maximum);
  }

  private static InvalidValueException notAnInteger() {
    return new InvalidValueException("int_type", "must be an integer");
  }
}
