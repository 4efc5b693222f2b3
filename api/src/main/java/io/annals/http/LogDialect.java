package io.annals.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Snake case, date-times, absent members left out; errors carry a code. */
final class LogDialect extends SnakeCaseDialect {
  @Override
  public String document() {
    return "log";
  }

  @Override
  public String itemsMember() {
    return "data";
  }

  @Override
  public void writeListEnd(JsonGenerator json, @Nullable String cursor, OptionalLong total)
      throws IOException {
    json.writeStringField("next_cursor", cursor);
    json.writeBooleanField("has_more", cursor != null);
  }

  @Override
  public void writeRefusal(JsonGenerator json, Refusal refusal, String path) throws IOException {
    json.writeStringField("code", refusal.reason().code());
    json.writeStringField("message", refusal.detail());
    if (refusal.violations().isEmpty() && refusal.members().isEmpty()) {
      return;
    }
    json.writeObjectFieldStart("details");
    if (!refusal.violations().isEmpty()) {
      json.writeArrayFieldStart("errors");
      for (Violation violation : refusal.violations()) {
        json.writeStartObject();
        RefusalJson.writePlace(json, violation);
        json.writeStringField("message", violation.fault().message());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    RefusalJson.writeMembers(json, refusal.members());
    json.writeEndObject();
  }
}
