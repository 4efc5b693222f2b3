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
 *     null for the newest
 */
public record KnownSecret(
    TenantId tenant, ApiToken token, KeySecret secret, @Nullable Long validUntilMillis) {}
