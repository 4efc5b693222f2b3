package io.annals.store;

import io.annals.model.ApiToken;
import io.annals.model.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * A secret that was given out, whether it still holds or not.
 *
 * @param tenant whose it is
 * @param token the token that it belongs to, as it is now
 * @param validUntilMillis from when on this secret is refused because the token has a newer one;
 *     null for the newest, and 0 for one that ended without an overlap
 */
public record KnownSecret(
    TenantId tenant, ApiToken token, KeySecret secret, @Nullable Long validUntilMillis) {
  /**
   * When the older secrets of a token end that gets a newer one. Without an overlap they have ended
   * at any time, so that a server whose clock is behind refuses them too.
   */
  public static long validUntilMillis(Act act, long overlapMillis) {
    return overlapMillis == 0 ? 0 : act.atMillis() + overlapMillis;
  }
}
