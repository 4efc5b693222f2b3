package io.annals.model;

import static io.annals.model.Field.Type.JSON;
import static io.annals.model.Field.Type.TEXT;
import static io.annals.model.Field.Type.UUID;

/** The lives of service accounts and tokens: one event for every change, kept for ever. */
public final class KeyLifecycle {
  /** Its fields; the constants beside it are their indexes. */
  public static final EventStream EVENTS =
      EventStream.named("key_lifecycle")
          .oneOf("operation", "PROVISION", "MINT", "ROTATE", "REVOKE", "EXPIRE", "DELETE")
          .optional(UUID, "token_id", "service_account_id")
          .optional(TEXT, "key_prefix")
          .required(TEXT, "actor")
          .optional(TEXT, "request_id", "remote_ip")
          .required(JSON, "detail")
          .build();

  /** What was done. */
  public static final int OPERATION = 0;

  /** The token it was done to; null where it was the account itself. */
  public static final int TOKEN_ID = 1;

  /** The account it was done to, or that owns the token; null for a user's token. */
  public static final int SERVICE_ACCOUNT_ID = 2;

  /** How the token's newest secret begins, after the change. */
  public static final int KEY_PREFIX = 3;

  /** Who did it. */
  public static final int ACTOR = 4;

  /** The request that did it. */
  public static final int REQUEST_ID = 5;

  /** Where the request came from. */
  public static final int REMOTE_IP = 6;

  /** What changed, as a JSON object; never anything secret. */
  public static final int DETAIL = 7;

  private KeyLifecycle() {}
}
