package io.annals.http;

import io.vertx.ext.web.RoutingContext;

/** A failure that is answered in a form of its own, whatever the dialect of its path. */
public interface OwnAnswer {
  /** Whether the caller tried a credential that does not hold. */
  boolean isUnauthenticated();

  /** Answers the request that failed; nothing was answered yet. */
  void answer(RoutingContext context);
}
