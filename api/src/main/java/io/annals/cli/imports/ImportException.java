package io.annals.cli.imports;

/** Thrown when an import cannot go on; the message tells its user why and what to do. */
public final class ImportException extends Exception {
  ImportException(String message) {
    super(message);
  }

  ImportException(String message, Throwable cause) {
    super(message, cause);
  }
}
