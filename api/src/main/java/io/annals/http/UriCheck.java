package io.annals.http;

import io.annals.http.Refusal.Reason;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Refuses URIs that cannot be decoded. These handlers stand before the operations because the
 * router decodes too, and takes what it cannot decode for a defect of the server.
 */
public final class UriCheck {
  private UriCheck() {}

  /** Passes requests on whose path can be decoded; without one, nobody knows what is asked for. */
  public static void path(RoutingContext context) {
    try {
      context.normalizedPath();
    } catch (IllegalArgumentException e) {
      String detail = "the path must be UTF-8 in percent-encoding";
      context.fail(Refusal.of(Reason.INVALID_REQUEST, detail));
      return;
    }
    context.next();
  }

  /** Passes requests on whose query can be decoded. */
  public static void query(RoutingContext context) {
    List<Violation> violations = new ArrayList<>();
    QueryString.parse(context.request().query(), violations);
    if (violations.isEmpty()) {
      context.next();
    } else {
      context.fail(Refusal.of(violations));
    }
  }
}
