package io.annals.embedded;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A failure whose message tells in one line what failed and what can be done. */
final class ServerFailure extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  ServerFailure(String message) {
    this(message, null);
  }

  ServerFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** As it is if it tells enough; Java's own often name a file, or a reason, and nothing more. */
  static ServerFailure of(IOException cause, String server, Path directory) {
    if (cause instanceof ServerFailure failure) {
      return failure;
    }
    String reason = cause.getClass().getSimpleName() + ": " + cause.getMessage();
    return new ServerFailure(server + " cannot use " + directory + ": " + reason, cause);
  }
}
