package io.annals.contract;

import java.util.List;

/** A body that its contract does not allow. Without a stack trace: it is an answer. */
public final class InvalidBodyException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<BodyFault> faults;

  InvalidBodyException(List<BodyFault> faults) {
    super(faults.toString(), null, false, false);
    this.faults = List.copyOf(faults);
  }

  /** What is wrong, in the order of the body; at least one, at most 100. */
  public List<BodyFault> faults() {
    return faults;
  }
}
