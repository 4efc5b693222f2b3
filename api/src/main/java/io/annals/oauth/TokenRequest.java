package io.annals.oauth;

import io.annals.http.QueryString;
import io.annals.http.Violation;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A request for a token.
 *
 * @param isPassword whether a user's name and password stand for a client's
 * @param name the id of a token, or a key's prefix
 * @param apiKey the key itself
 * @param scope as it was sent; empty if none was
 */
record TokenRequest(boolean isPassword, String name, String apiKey, String scope) {
  /** Does not show the key. */
  @Override
  public String toString() {
    return "TokenRequest[" + name + "]";
  }

  /**
   * Reads a form. What is unknown in it is ignored, as RFC 6749, 3.2 wants it.
   *
   * @param authorization the values of the header
   * @throws TokenRefusal if it is not a request of the RFC, or its grant is not served
   */
  static TokenRequest of(Buffer form, List<String> authorization) {
    Map<String, String> parameters = parameters(form.toString(StandardCharsets.ISO_8859_1));
    addClient(parameters, authorization);
    String scope = parameters.getOrDefault("scope", "");
    String grant = required(parameters, "grant_type");
    switch (grant) {
      case "client_credentials" -> {
        if (!parameters.containsKey("client_id") || !parameters.containsKey("client_secret")) {
          throw new TokenRefusal(
              "invalid_client",
              "client_id and client_secret are required: the key's id or prefix, and the key");
        }
        return new TokenRequest(
            false, parameters.get("client_id"), parameters.get("client_secret"), scope);
      }
      case "password" -> {
        if (parameters.containsKey("client_secret")) {
          throw new TokenRefusal(
              "invalid_client", "there are no clients here: send the key as the password alone");
        }
        return new TokenRequest(
            true, required(parameters, "username"), required(parameters, "password"), scope);
      }
      default ->
          throw new TokenRefusal(
              "unsupported_grant_type", "grant_type must be client_credentials or password");
    }
  }

  /** By name; one without a value counts as left out. */
  private static Map<String, String> parameters(String form) {
    List<Violation> violations = new ArrayList<>();
    Map<String, String> parameters = new HashMap<>();
    QueryString.parse(form, violations)
        .forEach(
            (name, values) -> {
              if (values.size() > 1) {
                throw TokenRefusal.malformed(name + " is there twice");
              }
              if (!values.get(0).isEmpty()) {
                parameters.put(name, values.get(0));
              }
            });
    if (!violations.isEmpty()) {
      throw TokenRefusal.malformed("the form must be UTF-8 in percent-encoding");
    }
    return parameters;
  }

  /** Takes over what the header says of the client (RFC 6749, 2.3.1). */
  private static void addClient(Map<String, String> parameters, List<String> authorization) {
    if (authorization.isEmpty()) {
      return;
    }
    String[] basic = basic(authorization);
    if (parameters.containsKey("client_secret")) {
      throw TokenRefusal.malformed("Authorization must not stand beside client_secret");
    }
    if (!parameters.getOrDefault("client_id", basic[0]).equals(basic[0])) {
      throw TokenRefusal.malformed("client_id must be the one of Authorization");
    }
    if (!basic[0].isEmpty()) {
      parameters.put("client_id", basic[0]);
    }
    if (!basic[1].isEmpty()) {
      parameters.put("client_secret", basic[1]);
    }
  }

  /** Id and secret, either of which may be empty. */
  private static String[] basic(List<String> authorization) {
    String value = authorization.get(0);
    if (authorization.size() == 1 && value.toLowerCase(Locale.ROOT).startsWith("basic ")) {
      try {
        byte[] decoded = Base64.getDecoder().decode(value.substring("basic ".length()).strip());
        String text = new String(decoded, StandardCharsets.ISO_8859_1);
        int colon = text.indexOf(':');
        String id = colon < 0 ? null : QueryString.decode(text.substring(0, colon));
        String secret = QueryString.decode(text.substring(colon + 1));
        if (id != null && secret != null) {
          return new String[] {id, secret};
        }
      } catch (IllegalArgumentException e) {
        // Said below, without quoting it.
      }
    }
    throw new TokenRefusal("invalid_client", "Authorization must be one of scheme Basic");
  }

  private static String required(Map<String, String> parameters, String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw TokenRefusal.malformed(name + " is required");
    }
    return value;
  }
}
