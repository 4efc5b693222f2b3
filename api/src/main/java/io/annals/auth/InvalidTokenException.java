package io.annals.auth;

/**
 * A bearer token or an API key was refused. The message names what is wrong in words of ours: it
 * never repeats the credential or a value out of it, and may be shown to the client.
 */
public final class InvalidTokenException extends RuntimeException {
  InvalidTokenException(String message) {
    // Without a stack trace: it would always be the same, and costs more than most checks.
    super(message, null, false, false);
  }
}
