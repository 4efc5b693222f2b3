package io.annals.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.annals.contract.BodyFault;
import io.annals.http.Violation.Place;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What two dialects write alike. */
final class RefusalJson {
  private RefusalJson() {}

  /** Names the faulty part: a JSON Pointer into the body, a header, or another parameter. */
  static void writePlace(JsonGenerator json, Violation violation) throws IOException {
    if (violation.place() == Place.BODY) {
      String pointer = new BodyFault(violation.path(), violation.fault()).pointer();
      json.writeStringField("pointer", pointer);
    } else {
      String member = violation.place() == Place.HEADER ? "header" : "parameter";
      json.writeStringField(member, String.valueOf(violation.path().get(0)));
    }
  }

  static void writeMembers(JsonGenerator json, Map<String, Object> members) throws IOException {
    for (Map.Entry<String, Object> member : members.entrySet()) {
      json.writeFieldName(member.getKey());
      if (member.getValue() instanceof List<?> texts) {
        json.writeStartArray();
        for (Object text : texts) {
          json.writeString(text.toString());
        }
        json.writeEndArray();
      } else {
        json.writeNumber((Long) member.getValue());
      }
    }
  }
}
