package io.annals.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A compact JWS taken apart but not yet believed. Stricter than the library, which must find
 * nothing here to interpret in its own way: it is only asked about the signature.
 *
 * @param compact the token as it came
 * @param alg one of {@link VerificationKey#ALGORITHMS}
 * @param kid the key the token names, or null
 * @param claims the payload
 * @param signatureBytes the length of the signature
 */
record Jwt(
    String compact, String alg, @Nullable String kid, ObjectNode claims, int signatureBytes) {

  /** Twice what large tokens of identity providers take, and what an HTTP header holds. */
  static final int CHARS_MAX = 8 * 1024;

  private static final int SEGMENTS = 3;

  /**
   * Takes a token apart.
   *
   * @throws InvalidTokenException when it is not three base64url segments with JSON objects in the
   *     first two, not signed with an allowed algorithm, or has a critical header
   */
  static Jwt parse(String compact) {
    if (compact.length() > CHARS_MAX) {
      throw tooLong();
    }
    String[] segments = compact.split("\\.", -1);
    if (segments.length != SEGMENTS) {
      throw new InvalidTokenException("the token does not have three segments");
    }
    ObjectNode header = object(segments[0], "header");
    JsonNode alg = header.path("alg");
    if (!alg.isTextual() || !VerificationKey.ALGORITHMS.contains(alg.textValue())) {
      throw new InvalidTokenException("the header alg is not an accepted signature algorithm");
    }
    // RFC 7515, 4.1.11: what is critical and not understood must be refused. We understand none.
    if (header.has("crit")) {
      throw new InvalidTokenException("the header crit is not supported");
    }
    JsonNode kid = header.path("kid");
    if (!kid.isMissingNode() && !kid.isTextual()) {
      throw new InvalidTokenException("the header kid is not a string");
    }
    ObjectNode claims = object(segments[1], "payload");
    int signatureBytes = decode(segments[2], "signature").length;
    return new Jwt(compact, alg.textValue(), kid.textValue(), claims, signatureBytes);
  }

  static InvalidTokenException tooLong() {
    return new InvalidTokenException("the token is longer than " + CHARS_MAX + " characters");
  }

  /** Does not show the token. */
  @Override
  public String toString() {
    return "Jwt[alg=" + alg + "]";
  }

  private static ObjectNode object(String segment, String name) {
    try {
      return StrictJson.object(decode(segment, name));
    } catch (IllegalArgumentException e) {
      throw new InvalidTokenException("the " + name + " is " + e.getMessage());
    }
  }

  private static byte[] decode(String segment, String name) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(segment);
      // One spelling only: the decoder also takes padding and ignores left-over bits.
      if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(segment)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Said below, without quoting the character.
    }
    throw new InvalidTokenException("the " + name + " is not base64url");
  }
}
