package io.annals.auth;

/** A text that is no well-formed key. Says nothing of the text; without a stack trace. */
public final class MalformedKeyException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean mistyped;

  MalformedKeyException(boolean mistyped) {
    super(
        mistyped ? "the API key is mistyped or cut off" : "this is no API key", null, false, false);
    this.mistyped = mistyped;
  }

  /** Whether it begins as keys do, so that it seems to be one that was copied badly. */
  public boolean isMistyped() {
    return mistyped;
  }
}
