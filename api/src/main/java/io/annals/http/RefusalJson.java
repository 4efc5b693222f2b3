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

  static void writeMembers(JsonGenerator json, Map<String, List<String>> members)
      throws IOException {
    for (Map.Entry<String, List<String>> member : members.entrySet()) {
      json.writeArrayFieldStart(member.getKey());
      for (String value : member.getValue()) {
        json.writeString(value);
      }
      json.writeEndArray();
    }
  }
}
