package io.annals.embedded;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A failure whose message tells in one line what failed and what can be done. */
final class PostgresFailure extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  PostgresFailure(String message) {
    this(message, null);
  }

  PostgresFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** As it is if it tells enough; Java's own often name a file, or a reason, and nothing more. */
  static PostgresFailure of(IOException cause, Path directory) {
    if (cause instanceof PostgresFailure failure) {
      return failure;
    }
    String reason = cause.getClass().getSimpleName() + ": " + cause.getMessage();
    return new PostgresFailure("PostgreSQL cannot use " + directory + ": " + reason, cause);
  }
}
