package io.annals.auth;

import io.annals.model.ApiToken;
import io.annals.store.KnownSecret;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A secret that was given out, and whom it speaks for as long as it holds.
 *
 * @param secret as the store knew it
 */
record KnownKey(KnownSecret secret, Principal principal) {
  static KnownKey of(KnownSecret secret) {
    ApiToken token = secret.token();
    UUID account = token.serviceAccountId();
    String owner = account == null ? Objects.requireNonNull(token.userId()) : account.toString();
    return new KnownKey(
        secret,
        new Principal(
            owner,
            Optional.of(secret.tenant()),
            Set.copyOf(token.scopes()),
            Optional.of(new Principal.Key(token.id(), secret.secret().keyPrefix(), account))));
  }

  /**
   * Checks that it holds. Only who has proved to hold the secret may hear why it does not.
   *
   * @throws InvalidTokenException saying what became of it
   */
  void requireValid(long nowMillis) {
    switch (secret.token().status(nowMillis)) {
      case REVOKED -> throw new InvalidTokenException("the API key was revoked");
      case EXPIRED -> throw new InvalidTokenException("the API key has expired");
      case ACTIVE -> {
        if (nowMillis >= orNever(secret.validUntilMillis())) {
          throw new InvalidTokenException("the API key was replaced by a newer one");
        }
      }
    }
  }

  /** The first moment at which it is refused, as far as is known. */
  long untilMillis() {
    return Math.min(orNever(secret.token().expiresAtMillis()), orNever(secret.validUntilMillis()));
  }

  private static long orNever(@Nullable Long millis) {
    return millis == null ? Long.MAX_VALUE : millis;
  }
}
