package io.annals.auth;

import io.annals.model.TenantId;
import java.util.Optional;
import java.util.Set;

/**
 * Who a verified credential speaks for. Immutable; holds no secret and may be logged.
 *
 * @param subject who was authenticated; not blank, without control characters
 * @param tenant the only tenant this credential reaches, or empty for an operator of the whole
 *     installation (claim {@code *})
 * @param scopes the names of {@link Scopes} that were granted
 */
public record Principal(String subject, Optional<TenantId> tenant, Set<String> scopes) {
  public Principal {
    scopes = Set.copyOf(scopes);
  }

  /** Says whether the scope was granted; no scope implies another. */
  public boolean may(String scope) {
    return scopes.contains(scope);
  }
}
