package io.annals.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;

/**
 * An RFC 3339 date-time, as epoch milliseconds. What is finer is cut from an event's time; a
 * parameter, which bounds a range, is rounded up, so that the range holds the same events.
 */
record DateTimeSchema() implements ValueSchema {
  @Override
  public Object ofToken(JsonParser parser) throws IOException, InvalidValueException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw new InvalidValueException("datetime_type", "must be an RFC 3339 date-time");
    }
    return instant(parser.getText()).toEpochMilli();
  }

  @Override
  public Object ofText(String text) throws InvalidValueException {
    return instant(text).plusNanos(999_999).toEpochMilli();
  }

  private static Instant instant(String text) throws InvalidValueException {
    Instant instant = Rfc3339.parse(text);
    if (instant == null) {
      throw new InvalidValueException(
          "datetime_parsing", "must be an RFC 3339 date-time such as 2026-11-21T09:30:00.000Z");
    }
    return instant;
  }
}
