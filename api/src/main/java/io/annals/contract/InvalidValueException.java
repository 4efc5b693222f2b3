package io.annals.contract;

/** A value that its schema does not allow. Without a stack trace: it is an answer, not a defect. */
public final class InvalidValueException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Fault fault;

  /** An invalid value, for this reason. */
  public InvalidValueException(String type, String message) {
    super(message, null, false, false);
    fault = new Fault(type, message);
  }

  /** The reason. */
  public Fault fault() {
    return fault;
  }
}
