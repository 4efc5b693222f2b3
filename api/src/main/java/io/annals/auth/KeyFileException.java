package io.annals.auth;

import org.jspecify.annotations.Nullable;

/**
 * The installation's key file cannot be used. The message is one line for the operator, names the
 * file and what to do, and holds nothing of the file's content.
 */
public final class KeyFileException extends RuntimeException {
  KeyFileException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  KeyFileException(String message) {
    this(message, null);
  }
}
