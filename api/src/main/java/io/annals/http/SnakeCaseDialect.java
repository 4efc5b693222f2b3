package io.annals.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.annals.contract.Rfc3339;
import java.io.IOException;

/** What the dialects in snake case have in common: the streams' own names, and date-times. */
abstract class SnakeCaseDialect implements Dialect {
  @Override
  public final String memberName(String snakeCase) {
    return snakeCase;
  }

  @Override
  public final String snakeCase(String memberName) {
    return memberName;
  }

  @Override
  public final String limitParameter() {
    return "limit";
  }

  @Override
  public final String cursorParameter() {
    return "cursor";
  }

  @Override
  public final void writeTime(JsonGenerator json, long epochMillis) throws IOException {
    json.writeString(Rfc3339.format(epochMillis));
  }
}
