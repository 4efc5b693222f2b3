package io.annals.oauth;

import io.annals.http.Json;
import io.annals.http.OwnAnswer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Why no token is given, as RFC 6749, 5.2 writes it. Without a stack trace: it is an answer. */
final class TokenRefusal extends RuntimeException implements OwnAnswer {
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

  @Override
  public boolean isUnauthenticated() {
    return error.equals("invalid_client") || error.equals("invalid_grant");
  }

  /** The challenge has the scheme that the client tried; a form has none of its own. */
  @Override
  public void answer(RoutingContext context) {
    HttpServerResponse response = TokenHandler.head(context.response()).setStatusCode(status());
    if (status() == 401) {
      boolean triedBasic = context.request().headers().contains(HttpHeaders.AUTHORIZATION);
      response.putHeader(
          "WWW-Authenticate", (triedBasic ? "Basic" : "Bearer") + " realm=\"annals\"");
    }
    response.end(
        Json.object(
            json -> {
              json.writeStringField("error", error());
              json.writeStringField("error_description", description());
            }));
  }
}
