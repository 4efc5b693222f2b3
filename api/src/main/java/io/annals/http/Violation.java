package io.annals.http;

import io.annals.contract.BodyFault;
import io.annals.contract.Fault;
import java.util.List;

/**
 * A part of a request that its contract does not allow.
 *
 * @param place where the part stands
 * @param path what leads to it: a parameter's name; or member names and indexes of the body
 */
public record Violation(Place place, List<Object> path, Fault fault) {

  /** Where a part of a request stands. */
  public enum Place {
    /** The query string. */
    QUERY,
    /** A header. */
    HEADER,
    /** The path. */
    PATH,
    /** The body. */
    BODY
  }

  /** A violation by a parameter. */
  public static Violation of(Place place, String name, String type, String message) {
    return new Violation(place, List.of(name), new Fault(type, message));
  }

  static Violation of(BodyFault fault) {
    return new Violation(Place.BODY, fault.path(), fault.fault());
  }

  /** For people: what it is about, and what is wrong with it. */
  String sentence() {
    String subject =
        place == Place.BODY ? new BodyFault(path, fault).pointer() : String.valueOf(path.get(0));
    return (subject.isEmpty() ? "the body" : subject) + " " + fault.message();
  }
}
