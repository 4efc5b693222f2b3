package io.annals.activity;

import io.annals.model.ActivitySubject.Kind;
import java.util.List;

/**
 * Activity as the API serves it.
 *
 * @param kind whose
 * @param listOperation the operationId that reads it
 * @param idParameter the parameter of the path that says which one
 */
public record ActivityResource(Kind kind, String listOperation, String idParameter) {
  /** All of them. */
  public static final List<ActivityResource> ALL =
      List.of(
          new ActivityResource(Kind.TOKEN, "listTokenActivity", "token"),
          new ActivityResource(
              Kind.SERVICE_ACCOUNT, "listServiceAccountActivity", "serviceAccount"));
}
