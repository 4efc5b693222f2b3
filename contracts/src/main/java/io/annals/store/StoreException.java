package io.annals.store;

import org.jspecify.annotations.Nullable;

/** A store's failure, sorted by what the caller can do about it. The driver's own is the cause. */
public class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What the caller can do about a failure. */
  public enum Kind {
    /** The request contradicts what is stored; repeating it does not help. */
    CONFLICT,
    /** Too much is waiting; nothing was stored; repeat later. */
    OVERLOADED,
    /** The database cannot be reached or went away; repeat later. */
    UNAVAILABLE,
    /** The database did not answer in time; repeat later. */
    TIMEOUT,
    /** The store or its database has a defect; repeating it does not help. */
    INTERNAL
  }

  private final Kind kind;

  /** A failure of this kind; the message is for operators and is not shown to clients. */
  public StoreException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What the caller can do about it. */
  public Kind kind() {
    return kind;
  }
}
