package io.annals.oauth;

/** Why no token is given, as RFC 6749, 5.2 writes it. Without a stack trace: it is an answer. */
final class TokenRefusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String error;

  /**
   * A refusal.
   *
   * @param error one of the RFC's codes
   */
  TokenRefusal(String error, String description) {
    super(description, null, false, false);
    this.error = error;
  }

  static TokenRefusal malformed(String description) {
    return new TokenRefusal("invalid_request", description);
  }

  String error() {
    return error;
  }

  int status() {
    return error.equals("invalid_client") ? 401 : 400;
  }

  /** In the RFC's characters: printable ASCII without quotes and backslashes. */
  String description() {
    return String.valueOf(getMessage()).replaceAll("[^\\x20-\\x7e]|[\"\\\\]", "'");
  }
}
