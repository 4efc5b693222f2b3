package io.annals.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HexFormat;
import java.util.UUID;

/** A UUID of any version, in any case, in the form of RFC 9562. */
record UuidSchema() implements ValueSchema {
  private static final int LENGTH = 36;

  @Override
  public Object ofToken(JsonParser parser) throws IOException, InvalidValueException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw new InvalidValueException("uuid_type", "must be a UUID");
    }
    return ofText(parser.getText());
  }

  /** Stricter than {@link UUID#fromString}, which fills in digits that are missing. */
  @Override
  public UUID ofText(String text) throws InvalidValueException {
    if (text.length() == LENGTH && hasHyphens(text)) {
      try {
        return new UUID(
            hex(text, 0, 8) << 32 | hex(text, 9, 13) << 16 | hex(text, 14, 18),
            hex(text, 19, 23) << 48 | hex(text, 24, 36));
      } catch (NumberFormatException e) {
        // falls through to the one refusal
      }
    }
    throw new InvalidValueException(
        "uuid_parsing", "must be a UUID such as 0190d5a0-7c1e-7000-8000-3f2b9d6c4a11");
  }

  private static boolean hasHyphens(String text) {
    return text.charAt(8) == '-'
        && text.charAt(13) == '-'
        && text.charAt(18) == '-'
        && text.charAt(23) == '-';
  }

  private static long hex(String text, int from, int to) {
    return HexFormat.fromHexDigitsToLong(text, from, to);
  }
}
