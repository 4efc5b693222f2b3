package io.annals.store;

import io.annals.model.ApiToken;
import io.annals.model.Position;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a list of service accounts, tokens or lifecycle events.
 *
 * @param below only what stands below this position
 * @param skip how many to pass over first
 * @param limit how many to return at most
 * @param serviceAccountId of tokens: only those of this account, unless null
 * @param status of tokens: only those that are so at {@code nowMillis}, unless null
 */
public record KeyQuery(
    Position below,
    int skip,
    int limit,
    @Nullable UUID serviceAccountId,
    ApiToken.@Nullable Status status,
    long nowMillis) {

  /** All there is, from the newest on. */
  public static KeyQuery first(int limit, long nowMillis) {
    return new KeyQuery(Position.TOP, 0, limit, null, null, nowMillis);
  }

  /** The same, below this position. */
  public KeyQuery below(Position position) {
    return new KeyQuery(position, skip, limit, serviceAccountId, status, nowMillis);
  }

  /** The same, passing over this many first. */
  public KeyQuery skipping(int items) {
    return new KeyQuery(below, items, limit, serviceAccountId, status, nowMillis);
  }

  /** The same, of this account only. */
  public KeyQuery ofAccount(UUID accountId) {
    return new KeyQuery(below, skip, limit, accountId, status, nowMillis);
  }

  /** The same, of this status only. */
  public KeyQuery ofStatus(ApiToken.Status wanted) {
    return new KeyQuery(below, skip, limit, serviceAccountId, wanted, nowMillis);
  }
}
