package io.annals.model;

import java.util.UUID;

/**
 * Whose activity is meant.
 *
 * @param kind a token, or all tokens that a service account owns or ever owned
 * @param id its id
 */
public record ActivitySubject(Kind kind, UUID id) {
  /** What has activity. */
  public enum Kind {
    /** An API key. */
    TOKEN,
    /** The union of every key of a service account. */
    SERVICE_ACCOUNT
  }

  /** The activity of one token. */
  public static ActivitySubject token(UUID id) {
    return new ActivitySubject(Kind.TOKEN, id);
  }

  /** The activity of all tokens of a service account. */
  public static ActivitySubject serviceAccount(UUID id) {
    return new ActivitySubject(Kind.SERVICE_ACCOUNT, id);
  }
}
