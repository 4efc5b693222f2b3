package io.annals.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.annals.model.TenantId;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a token's payload says, once found acceptable.
 *
 * @param principal whom it speaks for
 * @param untilMillis the first moment, in epoch milliseconds, at which it is refused as expired
 */
record Claims(Principal principal, long untilMillis) {
  /** Issuer of the tokens that this installation signs. */
  static final String OWN_ISSUER = "annals";

  /** The claim of an operator, in place of a tenant's UUID. */
  static final String ANY_TENANT = "*";

  /**
   * Hosts that keep time by NTP agree within a second or so; a virtual machine that was paused can
   * lag by some tens. More would only lengthen the life of a stolen token.
   */
  static final Duration LEEWAY = Duration.ofSeconds(30);

  // The 36 characters: UUID.fromString also takes "1-1-1-1-1".
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  // The end of the year 9999: beyond it a number is a mistake (milliseconds), or an attack.
  private static final double EPOCH_SECONDS_MAX = 253_402_300_799.0;

  /**
   * Checks the claims of a token that names a key of this installation.
   *
   * @param keyUntil when the key is done with, or null while it signs: whatever expires later was
   *     made by somebody who should not have the key any more
   * @throws InvalidTokenException naming the first claim that is wrong
   */
  static Claims ofOwn(JsonNode payload, long nowMillis, @Nullable Instant keyUntil) {
    if (!OWN_ISSUER.equals(payload.path("iss").textValue())) {
      throw new InvalidTokenException("the issuer (iss) is not the one of this server's tokens");
    }
    Claims claims = of(payload, nowMillis);
    Instant expiry = Instant.ofEpochMilli(claims.untilMillis).minus(LEEWAY);
    if (keyUntil != null && expiry.isAfter(keyUntil)) {
      throw new InvalidTokenException("the token outlives the key that it names");
    }
    return new Claims(claims.principal.with(key(payload)), claims.untilMillis);
  }

  /**
   * Checks the claims of any other token.
   *
   * @param issuer what {@code iss} must be, or null for anything but our own
   * @param audience what {@code aud} must be or contain, or null for anything
   * @throws InvalidTokenException naming the first claim that is wrong
   */
  static Claims ofExternal(
      JsonNode payload, long nowMillis, @Nullable String issuer, @Nullable String audience) {
    String iss = payload.path("iss").textValue();
    if (OWN_ISSUER.equals(iss)) {
      throw new InvalidTokenException("the token names no key of this server");
    }
    if (issuer != null && !issuer.equals(iss)) {
      throw new InvalidTokenException("the issuer (iss) is not the accepted one");
    }
    if (audience != null && !names(payload.path("aud"), audience)) {
      throw new InvalidTokenException("the audience (aud) does not name this service");
    }
    return of(payload, nowMillis);
  }

  private static Claims of(JsonNode payload, long nowMillis) {
    long expMillis = time(payload, "exp").orElseThrow(() -> missing("exp"));
    long untilMillis = expMillis + LEEWAY.toMillis();
    if (nowMillis >= untilMillis) {
      throw new InvalidTokenException("the token has expired");
    }
    Optional<Long> nbfMillis = time(payload, "nbf");
    if (nbfMillis.isPresent() && nowMillis < nbfMillis.get() - LEEWAY.toMillis()) {
      throw new InvalidTokenException("the token is not valid yet (nbf)");
    }
    time(payload, "iat");
    String subject = text(payload, "sub").orElseThrow(() -> missing("sub"));
    if (!Principal.isSubject(subject)) {
      throw new InvalidTokenException("the claim sub is blank or has control characters");
    }
    String tenant = text(payload, "tenant_id").orElseThrow(() -> missing("tenant_id"));
    // Without scopes it is a valid token that may do nothing: 403 names what is missing.
    Set<String> scopes = text(payload, "scope").map(Scopes::knownIn).orElse(Set.of());
    return new Claims(new Principal(subject, tenant(tenant), scopes), untilMillis);
  }

  /** Adds the API key that a token is made with. */
  static void putKey(JsonObject claims, Principal.Key key) {
    claims.put("key_prefix", key.prefix()).put("token_id", key.tokenId().toString());
    if (key.serviceAccountId() != null) {
      claims.put("service_account_id", key.serviceAccountId().toString());
    }
  }

  /** The inverse of {@link #putKey}. */
  private static Optional<Principal.Key> key(JsonNode payload) {
    return text(payload, "key_prefix")
        .map(
            prefix ->
                new Principal.Key(
                    uuid(payload, "token_id").orElseThrow(() -> missing("token_id")),
                    prefix,
                    uuid(payload, "service_account_id").orElse(null)));
  }

  private static Optional<UUID> uuid(JsonNode payload, String claim) {
    Optional<String> text = text(payload, claim);
    if (text.isPresent() && !UUID_TEXT.matcher(text.get()).matches()) {
      throw new InvalidTokenException("the claim " + claim + " is not a UUID");
    }
    return text.map(UUID::fromString);
  }

  private static Optional<TenantId> tenant(String text) {
    if (ANY_TENANT.equals(text)) {
      return Optional.empty();
    }
    if (!UUID_TEXT.matcher(text).matches()) {
      throw new InvalidTokenException("the claim tenant_id is neither a UUID nor *");
    }
    return Optional.of(new TenantId(UUID.fromString(text)));
  }

  private static boolean names(JsonNode aud, String audience) {
    if (!aud.isArray()) {
      return audience.equals(aud.textValue());
    }
    for (JsonNode each : aud) {
      if (audience.equals(each.textValue())) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Long> time(JsonNode payload, String claim) {
    JsonNode value = payload.path(claim);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    // As a double: fractions are allowed, and a long exponent must not become a huge integer.
    double seconds = value.isNumber() ? value.doubleValue() : Double.NaN;
    if (!(seconds >= 0 && seconds <= EPOCH_SECONDS_MAX)) {
      throw new InvalidTokenException("the claim " + claim + " is not a time in seconds");
    }
    return Optional.of((long) (seconds * 1000));
  }

  private static Optional<String> text(JsonNode payload, String claim) {
    JsonNode value = payload.path(claim);
    if (!value.isMissingNode() && !value.isTextual()) {
      throw new InvalidTokenException("the claim " + claim + " is not a string");
    }
    return Optional.ofNullable(value.textValue());
  }

  private static InvalidTokenException missing(String claim) {
    return new InvalidTokenException("the claim " + claim + " is missing");
  }
}
