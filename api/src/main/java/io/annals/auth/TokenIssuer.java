package io.annals.auth;

import io.annals.model.TenantId;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** Signs tokens with the installation's own key. Safe to use from any thread. */
public final class TokenIssuer {
  /**
   * The longest life of a token: it cannot be taken back one by one, so none outlives a quarter. A
   * key that has stopped signing is kept for longer.
   */
  public static final Duration TTL_MAX = Duration.ofDays(90);

  private static final int SUBJECT_CHARS_MAX = 255;

  private final Supplier<KeyFile> keys;
  private final InstantSource clock;

  /** An issuer that signs with these keys, whatever becomes of the file. */
  public TokenIssuer(KeyFile keys) {
    this(() -> keys);
  }

  /** An issuer that signs each token with the key whose turn it is then. */
  public TokenIssuer(Supplier<KeyFile> keys) {
    this(keys, InstantSource.system());
  }

  TokenIssuer(Supplier<KeyFile> keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * Signs a token. It cannot be taken back: it is good until it expires or its key is gone.
   *
   * @param tenant the tenant it reaches, or empty for an operator of the whole installation
   * @param scopes names of {@link Scopes}
   * @param ttl how long it is good for, from a second to {@link #TTL_MAX}
   * @return a compact JWT: the credential itself, not to be logged
   * @throws IllegalArgumentException when the subject is blank, too long or has control characters,
   *     a scope is not known, or the time is out of bounds
   */
  public String issue(String subject, Optional<TenantId> tenant, Set<String> scopes, Duration ttl) {
    if (subject.length() > SUBJECT_CHARS_MAX || !Principal.isSubject(subject)) {
      throw new IllegalArgumentException(
          "a subject is 1 to "
              + SUBJECT_CHARS_MAX
              + " characters, none of them a control character");
    }
    return issue(new Principal(subject, tenant, scopes), ttl);
  }

  /**
   * Signs a token that speaks for this principal, and ends with the key that it was made with.
   *
   * @param ttl how long it is good for, from a second to {@link #TTL_MAX}
   * @return a compact JWT: the credential itself, not to be logged
   * @throws IllegalArgumentException when a scope is not known, or the time is out of bounds
   */
  String issue(Principal principal, Duration ttl) {
    if (ttl.toSeconds() < 1) {
      throw new IllegalArgumentException("a token must be good for a second at least");
    }
    if (ttl.compareTo(TTL_MAX) > 0) {
      throw new IllegalArgumentException(
          "a token must not be good for more than " + TTL_MAX.toDays() + " days");
    }
    Instant now = clock.instant();
    long nowSeconds = now.getEpochSecond();
    JsonObject claims =
        new JsonObject()
            .put("iss", Claims.OWN_ISSUER)
            .put("sub", principal.subject())
            .put("tenant_id", principal.tenant().map(TenantId::toString).orElse(Claims.ANY_TENANT))
            .put("scope", Scopes.text(principal.scopes()))
            .put("iat", nowSeconds)
            .put("exp", nowSeconds + ttl.toSeconds())
            .put("jti", UUID.randomUUID().toString());
    principal.key().ifPresent(key -> Claims.putKey(claims, key));
    return keys.get().signer(now).sign(claims);
  }
}
