package io.annals.http;

import io.annals.http.Refusal.Reason;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Refuses URIs that cannot be decoded. These handlers stand before the operations because the
 * router decodes too, and takes what it cannot decode for a defect of the server.
 */
public final class UriCheck {
  /** Normalising a path takes a sign for a digit; decoding its parameters then does not. */
  private static final Pattern NO_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  private UriCheck() {}

  /** Passes requests on whose path can be decoded; without one, nobody knows what is asked for. */
  public static void path(RoutingContext context) {
    if (isDecodable(context)) {
      context.next();
    } else {
      String detail = "the path must be UTF-8 in percent-encoding";
      context.fail(Refusal.of(Reason.INVALID_REQUEST, detail));
    }
  }

  private static boolean isDecodable(RoutingContext context) {
    try {
      context.normalizedPath();
      return !NO_ESCAPE.matcher(context.request().path()).find();
    } catch (IllegalArgumentException e) {
      return false;
    }
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
