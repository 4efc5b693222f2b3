package io.annals.ingest;

import com.fasterxml.jackson.core.JsonGenerator;
import io.annals.contract.BodyFault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Why lines were rejected, as far as an answer lists it. */
final class Rejections {
  private static final int LISTED_MAX = 100;

  private record Rejection(long line, BodyFault fault) {}

  private final List<Rejection> listed = new ArrayList<>();

  void add(long line, List<BodyFault> faults) {
    for (BodyFault fault : faults) {
      if (listed.size() == LISTED_MAX) {
        return;
      }
      listed.add(new Rejection(line, fault));
    }
  }

  /** Writes them as an array's elements. */
  void writeTo(JsonGenerator json) throws IOException {
    for (Rejection rejection : listed) {
      json.writeStartObject();
      json.writeNumberField("line", rejection.line());
      json.writeStringField("pointer", rejection.fault().pointer());
      json.writeStringField("detail", rejection.fault().fault().message());
      json.writeEndObject();
    }
  }
}
