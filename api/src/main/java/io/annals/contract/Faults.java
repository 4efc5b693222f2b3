package io.annals.contract;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;

/** The faults of JSON, and of objects whatever their schema. */
final class Faults {
  static final Fault NOT_UTF8 = new Fault("json_invalid", "is not JSON in UTF-8");
  static final Fault SOMETHING_AFTER = new Fault("json_invalid", "has something after its end");
  static final Fault NOT_AN_OBJECT = new Fault("dict_type", "must be an object");
  static final Fault MISSING = new Fault("missing", "is required");
  static final Fault TWICE = new Fault("json_duplicate", "stands there twice");
  static final Fault UNKNOWN = new Fault("extra_forbidden", "is not a member that is known here");

  private static final int NAME_CHARACTERS_MAX = 100;

  private Faults() {}

  static Fault notJson(JsonProcessingException e) {
    JsonLocation at = e.getLocation(); // null where a bound of the parser is exceeded
    if (at == null) {
      return new Fault("json_invalid", "is JSON of a depth or length that is not read here");
    }
    // A line of NDJSON is one of many: which one, its reader knows.
    String line = at.getLineNr() == 1 ? "" : "line " + at.getLineNr() + ", ";
    return new Fault("json_invalid", "is not JSON at " + line + "column " + at.getColumnNr());
  }

  /** A name that somebody made up, in a length that an answer can hold. */
  static String shown(String name) {
    return name.length() > NAME_CHARACTERS_MAX
        ? name.substring(0, NAME_CHARACTERS_MAX) + "…"
        : name;
  }
}
