package io.annals.auth;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bearer token or an API key was refused. The message names what is wrong in words of ours: it
 * never repeats the credential or a value out of it, and may be shown to the client.
 */
public final class InvalidTokenException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient @Nullable Principal named;

  InvalidTokenException(String message) {
    this(message, null);
  }

  private InvalidTokenException(String message, @Nullable Principal named) {
    // Without a stack trace: it would always be the same, and costs more than most checks.
    super(message, null, false, false);
    this.named = named;
  }

  /** The same, for a credential that names a key of this principal without proving to be it. */
  InvalidTokenException naming(Principal principal) {
    return new InvalidTokenException(String.valueOf(getMessage()), principal);
  }

  /** Whose key was named by the refused credential; nothing is proved. */
  public Optional<Principal> named() {
    return Optional.ofNullable(named);
  }
}
