package io.annals.model;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An API key without its secret. It keeps its id for life; rotation gives it another secret, and
 * with it another prefix.
 *
 * @param name 1..256 characters, not unique
 * @param keyPrefix how its newest secret begins; no two secrets of the installation begin alike
 * @param scopes what it may do
 * @param serviceAccountId the account that owns it; null where a user does
 * @param userId the user who owns it; null where an account does
 * @param createdAtMillis epoch milliseconds, like the other times
 * @param createdBy who minted it
 * @param expiresAtMillis from when on it is refused; null if never
 * @param lastUsedAtMillis when it was last let in, at most a minute behind; null if never
 * @param revokedAtMillis when it was revoked; null if it was not
 */
public record ApiToken(
    UUID id,
    String name,
    String keyPrefix,
    List<String> scopes,
    @Nullable UUID serviceAccountId,
    @Nullable String userId,
    long createdAtMillis,
    String createdBy,
    @Nullable Long expiresAtMillis,
    @Nullable Long lastUsedAtMillis,
    @Nullable Long revokedAtMillis) {

  /** What can be done with a token. */
  public enum Status {
    /** It is let in. */
    ACTIVE,
    /** It was revoked, before or after it expired. */
    REVOKED,
    /** Its time is over. */
    EXPIRED
  }

  /** Copies the scopes; a token has one owner. */
  public ApiToken {
    scopes = List.copyOf(scopes);
    if ((serviceAccountId == null) == (userId == null)) {
      throw new IllegalArgumentException("a token belongs to a service account or to a user");
    }
  }

  /** Where it stands in the list of its tenant's tokens. */
  public Position position() {
    return new Position(createdAtMillis, id);
  }

  /** What it is at this time. */
  public Status status(long nowMillis) {
    if (revokedAtMillis != null) {
      return Status.REVOKED;
    }
    return expiresAtMillis != null && expiresAtMillis <= nowMillis ? Status.EXPIRED : Status.ACTIVE;
  }

  /** The same with another secret. */
  public ApiToken withKeyPrefix(String newestKeyPrefix) {
    return copy(newestKeyPrefix, lastUsedAtMillis, revokedAtMillis);
  }

  /** The same, let in at this time, unless it was let in later. */
  public ApiToken usedAt(long atMillis) {
    return lastUsedAtMillis == null || lastUsedAtMillis < atMillis
        ? copy(keyPrefix, atMillis, revokedAtMillis)
        : this;
  }

  /** The same, revoked at this time. */
  public ApiToken revokedAt(long atMillis) {
    return copy(keyPrefix, lastUsedAtMillis, atMillis);
  }

  private ApiToken copy(
      String newestKeyPrefix,
      @Nullable Long newLastUsedAtMillis,
      @Nullable Long newRevokedAtMillis) {
    return new ApiToken(
        id,
        name,
        newestKeyPrefix,
        scopes,
        serviceAccountId,
        userId,
        createdAtMillis,
        createdBy,
        expiresAtMillis,
        newLastUsedAtMillis,
        newRevokedAtMillis);
  }
}
