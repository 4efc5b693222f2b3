package io.annals.auth;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/** Gives short-lived tokens to holders of API keys. Safe to use from any thread. */
public final class TokenExchange {
  /** Clients that know nothing else ask again a few times an hour. */
  static final Duration TTL = Duration.ofMinutes(15);

  private final KeyVerifier keys;
  private final TokenIssuer issuer;
  private final InstantSource clock;

  /** An exchange for the keys that this verifier accepts. */
  public TokenExchange(KeyVerifier keys, TokenIssuer issuer) {
    this(keys, issuer, InstantSource.system());
  }

  TokenExchange(KeyVerifier keys, TokenIssuer issuer, InstantSource clock) {
    this.keys = keys;
    this.issuer = issuer;
    this.clock = clock;
  }

  /**
   * A token that was given out.
   *
   * @param accessToken the credential itself, not to be logged
   * @param owner whom the key speaks for
   * @param expiresInSeconds at least 1
   */
  public record Grant(
      Principal owner, String accessToken, long expiresInSeconds, Set<String> scopes) {
    /** Does not show the token. */
    @Override
    public String toString() {
      return "Grant" + scopes;
    }
  }

  /**
   * Makes a token that may do what the key may, or a part of it. It ends with the key.
   *
   * @param name the id of the key's token, or the key's prefix
   * @param apiKey the key itself
   * @param scope the wanted scopes, separated by spaces; empty for all that the key has
   * @return fails with {@link InvalidTokenException} if the key is refused or is not of this name,
   *     with {@link IllegalArgumentException} if a scope is not known or not the key's, and with
   *     the store's failure if it cannot be asked
   */
  public Future<Grant> exchange(String name, String apiKey, String scope) {
    return keys.find(apiKey).map(key -> grant(key, name, scope));
  }

  private Grant grant(KnownKey key, String name, String scope) {
    Principal owner = key.principal();
    Principal.Key ofKey = owner.key().orElseThrow();
    if (!name.equals(ofKey.prefix()) && !name.equalsIgnoreCase(ofKey.tokenId().toString())) {
      throw new InvalidTokenException("the API key is not the one of this id");
    }
    Set<String> scopes = scope.isBlank() ? owner.scopes() : Scopes.parse(scope);
    for (String wanted : scopes) {
      if (!owner.may(wanted)) {
        throw new IllegalArgumentException("the API key lacks the scope " + wanted);
      }
    }
    long leftSeconds = (key.untilMillis() - clock.millis()) / 1000;
    if (leftSeconds < 1) {
      throw new InvalidTokenException("the API key expires within a second");
    }
    Duration ttl = Duration.ofSeconds(Math.min(TTL.toSeconds(), leftSeconds));
    return new Grant(owner, issuer.issue(owner.limitedTo(scopes), ttl), ttl.toSeconds(), scopes);
  }
}
