package io.annals.e2e;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered.
 *
 * @param headers by name in lower case
 */
public record Answer(int status, Map<String, List<String>> headers, Buffer body) {

  public JsonObject json() {
    return new JsonObject(body);
  }

  /** The ids of a receipt. */
  List<String> ids() {
    return json().getJsonArray("ids").stream().map(String.class::cast).toList();
  }

  String text() {
    return body.toString();
  }

  public @Nullable String header(String name) {
    List<String> values = headers.get(name);
    return values == null ? null : values.get(0);
  }

  @Override
  public String toString() {
    return status + " " + headers + " " + text();
  }
}
