package io.annals.store;

import io.annals.model.ApiToken;
import io.annals.model.Event;
import io.annals.model.KeyLifecycle;
import io.annals.model.ServiceAccount;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The events of {@link KeyLifecycle} that stores write, one method for each kind of change. */
public final class KeyEvents {
  /** Who lets tokens expire. */
  private static final String EXPIRER = "annals";

  private final Supplier<UUID> ids;

  /**
   * Events with these ids.
   *
   * @param ids ascending, so that events of one millisecond are listed in the order in which they
   *     were made
   */
  public KeyEvents(Supplier<UUID> ids) {
    this.ids = ids;
  }

  /** An account was created. */
  public Event provision(ServiceAccount account, Act act) {
    JsonObject detail = new JsonObject().put("name", account.name());
    putIfPresent(detail, "description", account.description());
    return event("PROVISION", null, account.id(), null, act, detail);
  }

  /** A token was created. */
  public Event mint(ApiToken token, Act act) {
    JsonObject detail =
        new JsonObject().put("name", token.name()).put("scopes", new JsonArray(token.scopes()));
    putIfPresent(detail, "userId", token.userId());
    putIfPresent(detail, "expiresAt", token.expiresAtMillis());
    return event("MINT", token, act, detail);
  }

  /** A token got another secret, whose prefix it has already. */
  public Event rotate(ApiToken rotated, long olderSecretsEndMillis, Act act) {
    return event(
        "ROTATE", rotated, act, new JsonObject().put("olderSecretsEndAt", olderSecretsEndMillis));
  }

  /** A token was revoked. */
  public Event revoke(ApiToken token, Act act) {
    return event("REVOKE", token, act, new JsonObject());
  }

  /**
   * A token's time was over.
   *
   * @throws NullPointerException if its time has no end
   */
  public Event expire(ApiToken token) {
    Act act = new Act(EXPIRER, null, null, null, Objects.requireNonNull(token.expiresAtMillis()));
    return event("EXPIRE", token, act, new JsonObject());
  }

  /** An account was deleted, after its tokens were revoked. */
  public Event delete(UUID accountId, Act act) {
    return event("DELETE", null, accountId, null, act, new JsonObject());
  }

  private Event event(String operation, ApiToken token, Act act, JsonObject detail) {
    return event(operation, token.id(), token.serviceAccountId(), token.keyPrefix(), act, detail);
  }

  private Event event(
      String operation,
      @Nullable UUID tokenId,
      @Nullable UUID accountId,
      @Nullable String keyPrefix,
      Act act,
      JsonObject detail) {
    putIfPresent(detail, "traceId", act.traceId());
    @Nullable Object[] values = new Object[KeyLifecycle.EVENTS.fields().size()];
    values[KeyLifecycle.OPERATION] = operation;
    values[KeyLifecycle.TOKEN_ID] = tokenId;
    values[KeyLifecycle.SERVICE_ACCOUNT_ID] = accountId;
    values[KeyLifecycle.KEY_PREFIX] = keyPrefix;
    values[KeyLifecycle.ACTOR] = act.actor();
    values[KeyLifecycle.REQUEST_ID] = act.requestId();
    values[KeyLifecycle.REMOTE_IP] = act.remoteIp();
    values[KeyLifecycle.DETAIL] = detail.encode();
    return new Event(act.atMillis(), ids.get(), values);
  }

  private static void putIfPresent(JsonObject detail, String name, @Nullable Object value) {
    if (value != null) {
      detail.put(name, value);
    }
  }
}
