package io.annals.keys;

import static io.annals.model.Field.Type.INT64;
import static io.annals.model.Field.Type.JSON;
import static io.annals.model.Field.Type.TEXT;
import static io.annals.model.Field.Type.UUID;

import io.annals.auth.ApiKey;
import io.annals.model.ApiToken;
import io.annals.model.ApiToken.Status;
import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.ServiceAccount;
import io.vertx.core.json.JsonArray;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Service accounts and tokens as answers show them: described like events, and written alike. */
final class KeyItems {
  static final EventStream ACCOUNT =
      EventStream.named("service_account")
          .required(TEXT, "name")
          .optional(TEXT, "description")
          .required(TEXT, "created_by")
          .build();

  static final EventStream TOKEN = token().build();

  /** The only description that has a secret. */
  static final EventStream MINTED_TOKEN = token().required(TEXT, "secret").build();

  private KeyItems() {}

  private static EventStream.Builder token() {
    return EventStream.named("token")
        .required(TEXT, "name", "key_prefix")
        .required(JSON, "scopes")
        .optional(UUID, "service_account_id")
        .optional(TEXT, "user_id")
        .oneOf("status", Arrays.stream(Status.values()).map(Status::name).toArray(String[]::new))
        .required(TEXT, "created_by")
        .optional(INT64, "expires_at", "last_used_at", "revoked_at");
  }

  static Event of(ServiceAccount account) {
    return new Event(
        account.createdAtMillis(),
        account.id(),
        new @Nullable Object[] {account.name(), account.description(), account.createdBy()});
  }

  /** The token as it is at this time. */
  static Event of(ApiToken token, long nowMillis) {
    return of(token, nowMillis, null);
  }

  /** The same with its secret, an item of {@link #MINTED_TOKEN}. */
  static Event of(ApiToken token, long nowMillis, @Nullable ApiKey key) {
    return new Event(
        token.createdAtMillis(),
        token.id(),
        new @Nullable Object[] {
          token.name(),
          token.keyPrefix(),
          new JsonArray(token.scopes()).encode(),
          token.serviceAccountId(),
          token.userId(),
          token.status(nowMillis).name(),
          token.createdBy(),
          token.expiresAtMillis(),
          token.lastUsedAtMillis(),
          token.revokedAtMillis(),
          key == null ? null : key.secretText()
        });
  }
}
