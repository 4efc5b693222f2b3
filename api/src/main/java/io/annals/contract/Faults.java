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

  /** A parser names no place where one of its bounds is exceeded. */
  private static final Fault TOO_MUCH =
      new Fault("json_invalid", "is JSON of a depth or length that is not read here");

  private static final int NAME_CHARACTERS_MAX = 100;

  private Faults() {}

  /** Of a whole body, which may have lines. */
  static Fault notJson(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null
        ? TOO_MUCH
        : invalid("is not JSON at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()));
  }

  /** Of one line of a body: which one, the caller says. */
  static Fault notJsonLine(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null ? TOO_MUCH : invalid("is not JSON at column " + at.getColumnNr());
  }

  private static Fault invalid(String message) {
    return new Fault("json_invalid", message);
  }

  /** A name that somebody made up, in a length that an answer can hold. */
  static String shown(String name) {
    return name.codePointCount(0, name.length()) > NAME_CHARACTERS_MAX
        ? name.substring(0, name.offsetByCodePoints(0, NAME_CHARACTERS_MAX)) + "…"
        : name;
  }
}
