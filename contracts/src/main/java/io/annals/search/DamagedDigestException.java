package io.annals.search;

import org.jspecify.annotations.Nullable;

/** Bytes that are no digest of a known format. The digest can be made again from its rows. */
public final class DamagedDigestException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DamagedDigestException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
