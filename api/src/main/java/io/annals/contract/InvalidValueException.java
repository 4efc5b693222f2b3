package io.annals.contract;

import java.util.List;

/** A value that its schema does not allow. Without a stack trace: it is an answer, not a defect. */
public final class InvalidValueException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Fault fault;
  private final transient List<Object> path;

  /** An invalid value, for this reason. */
  public InvalidValueException(String type, String message) {
    this(new Fault(type, message), List.of());
  }

  /** A value of which this part is invalid; the path leads to it from the value. */
  InvalidValueException(Fault fault, List<Object> path) {
    super(fault.message(), null, false, false);
    this.fault = fault;
    this.path = path;
  }

  /** The reason. */
  public Fault fault() {
    return fault;
  }

  /** What leads from the value to the part that is at fault; empty where it is all of it. */
  List<Object> path() {
    return path;
  }
}
