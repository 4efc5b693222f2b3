package io.annals.auth;

import io.annals.model.TenantId;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who a verified credential speaks for. Immutable; holds no secret and may be logged.
 *
 * @param subject who was authenticated; not blank, without control characters
 * @param tenant the only tenant this credential reaches, or empty for an operator of the whole
 *     installation (claim {@code *})
 * @param scopes the names of {@link Scopes} that were granted
 * @param key the API key that this credential is, or was made with
 */
public record Principal(
    String subject, Optional<TenantId> tenant, Set<String> scopes, Optional<Key> key) {
  /**
   * One of the installation's API keys.
   *
   * @param prefix how its secret begins, which names the secret among those of the token
   * @param serviceAccountId the account that owns the token; null where a user does
   */
  public record Key(UUID tokenId, String prefix, @Nullable UUID serviceAccountId) {}

  public Principal {
    scopes = Set.copyOf(scopes);
  }

  /** Without any API key. */
  Principal(String subject, Optional<TenantId> tenant, Set<String> scopes) {
    this(subject, tenant, scopes, Optional.empty());
  }

  /** The same, with these scopes only. */
  Principal limitedTo(Set<String> fewer) {
    return new Principal(subject, tenant, fewer, key);
  }

  /** The same, made with this key. */
  Principal with(Optional<Key> other) {
    return new Principal(subject, tenant, scopes, other);
  }

  /** Whether this may name who was authenticated, in any credential. */
  public static boolean isSubject(String text) {
    return !text.isBlank() && text.chars().noneMatch(Character::isISOControl);
  }

  /** Says whether the scope was granted; no scope implies another. */
  public boolean may(String scope) {
    return scopes.contains(scope);
  }
}
