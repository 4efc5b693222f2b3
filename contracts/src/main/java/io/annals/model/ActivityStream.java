package io.annals.model;

import static io.annals.model.Field.Type.INT32;
import static io.annals.model.Field.Type.TEXT;
import static io.annals.model.Field.Type.UUID;

import java.util.Objects;
import java.util.UUID;

/** API request activity: one event for every call that was made with an API key. */
public final class ActivityStream {
  /** Its fields; the constants beside it are their indexes. */
  public static final EventStream ACTIVITY =
      EventStream.named("activity")
          .required(UUID, "token_id")
          .optional(TEXT, "key_prefix")
          .required(TEXT, "method", "path")
          .required(INT32, "status_code")
          .optional(INT32, "latency_ms")
          .optional(TEXT, "remote_ip", "actor")
          .build();

  /** The token that the call was made with. */
  public static final int TOKEN_ID = 0;

  /** How the token's secret begins. */
  public static final int KEY_PREFIX = 1;

  /** The HTTP method. */
  public static final int METHOD = 2;

  /** The path that was called. */
  public static final int PATH = 3;

  /** The HTTP status that was answered. */
  public static final int STATUS_CODE = 4;

  /** How long the call took, in milliseconds. */
  public static final int LATENCY_MS = 5;

  /** The address that the call came from. */
  public static final int REMOTE_IP = 6;

  /** Who acted through the token. */
  public static final int ACTOR = 7;

  private ActivityStream() {}

  /** The token of an activity event. */
  public static UUID tokenOf(Event event) {
    return (UUID) Objects.requireNonNull(event.value(TOKEN_ID));
  }
}
