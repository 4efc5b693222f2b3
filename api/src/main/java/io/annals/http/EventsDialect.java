package io.annals.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.annals.http.Refusal.Reason;
import java.io.IOException;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Snake case, date-times, nulls written out; bad requests are 422 with a list of locations. */
final class EventsDialect extends SnakeCaseDialect {
  private static final int UNPROCESSABLE = 422;

  @Override
  public String document() {
    return "events";
  }

  @Override
  public String itemsMember() {
    return "items";
  }

  @Override
  public boolean writesNulls() {
    return true;
  }

  @Override
  public void writeListEnd(JsonGenerator json, @Nullable String cursor, OptionalLong total)
      throws IOException {
    json.writeStringField("next_cursor", cursor);
  }

  @Override
  public int status(Reason reason) {
    return reason == Reason.INVALID_REQUEST ? UNPROCESSABLE : reason.status();
  }

  @Override
  public void writeRefusal(JsonGenerator json, Refusal refusal, String path) throws IOException {
    if (refusal.reason() != Reason.INVALID_REQUEST) {
      json.writeStringField("detail", refusal.detail());
      return;
    }
    json.writeArrayFieldStart("detail");
    if (refusal.violations().isEmpty()) {
      writeWhole(json, refusal.detail());
    }
    for (Violation violation : refusal.violations()) {
      json.writeStartObject();
      json.writeArrayFieldStart("loc");
      json.writeString(violation.place().name().toLowerCase(Locale.ROOT));
      for (Object step : violation.path()) {
        if (step instanceof Integer index) {
          json.writeNumber(index);
        } else {
          json.writeString(step.toString());
        }
      }
      json.writeEndArray();
      json.writeStringField("msg", violation.sentence());
      json.writeStringField("type", violation.fault().type());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** The request as a whole is at fault. */
  private static void writeWhole(JsonGenerator json, String detail) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("loc");
    json.writeString("request");
    json.writeEndArray();
    json.writeStringField("msg", detail);
    json.writeStringField("type", "malformed");
    json.writeEndObject();
  }
}
