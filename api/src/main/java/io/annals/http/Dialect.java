package io.annals.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.annals.http.Refusal.Reason;
import java.io.IOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How an API names and writes things. Three dialects serve the same streams; all that differs
 * between them stands in their implementations of this type; {@link Dialects} has them.
 */
public interface Dialect {
  /** The name of its OpenAPI document. */
  String document();

  /** Its name of a member or parameter that streams call by this name in snake case. */
  String memberName(String snakeCase);

  /** The inverse of {@link #memberName}. */
  String snakeCase(String memberName);

  /** The member of lists and batches that holds the items. */
  String itemsMember();

  /** The parameter that bounds a page. */
  String limitParameter();

  /** The parameter that takes a cursor. */
  String cursorParameter();

  /** Whether items say whose they are. */
  default boolean writesTenant() {
    return false;
  }

  /** Whether items have a member, null, where there is no value. */
  default boolean writesNulls() {
    return false;
  }

  /** Writes a time as a value. */
  void writeTime(JsonGenerator json, long epochMillis) throws IOException;

  /** Writes the members of a list that follow its items. */
  void writeListEnd(JsonGenerator json, @Nullable String cursor, OptionalLong total)
      throws IOException;

  /** The status of a refusal. */
  default int status(Reason reason) {
    return reason.status();
  }

  /** The media type of refusals. */
  default String refusalMediaType() {
    return "application/json";
  }

  /**
   * Writes the body of a refusal.
   *
   * @param path the path of the request
   */
  void writeRefusal(JsonGenerator json, Refusal refusal, String path) throws IOException;
}
