package io.annals.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Lets browsers show our answers, refusals too, to pages of other origins. Preflights of those are
 * answered here, before any credential is asked for. Others are served as without this: what they
 * may do is a matter of credentials, which browsers do not add by themselves, so only reading the
 * answer is to be kept from them, which browsers do where no header allows it.
 */
public final class Cors implements Handler<RoutingContext> {
  private static final String ANY = "*";
  private static final int PREFLIGHT_SECONDS = 600;
  private static final Set<String> REQUEST_HEADERS =
      Set.of(
          "Authorization",
          "X-API-Key",
          Door.TENANT_HEADER,
          RequestTracing.REQUEST_ID,
          "traceparent",
          "tracestate",
          "Content-Type",
          "Content-Encoding");
  private static final Set<String> ANSWER_HEADERS =
      Set.of(
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy",
          "WWW-Authenticate",
          RequestTracing.REQUEST_ID);

  /** As browsers send it: lower case, nothing behind the port, and no port that is the scheme's. */
  private static final Pattern ORIGIN =
      Pattern.compile("https?://(?:[a-z\\d.-]+|\\[[\\da-f:.]+])(?::\\d{1,5})?");

  private static final Pattern USUAL_PORT = Pattern.compile("http://.*:80|https://.*:443");

  private final List<String> origins;
  private final CorsHandler handler;

  /**
   * Serves pages of these origins.
   *
   * @param origins as {@link HttpSettings} has them, at least one
   * @param methods those that the API is called by
   */
  public Cors(List<String> origins, Set<HttpMethod> methods) {
    this.origins = origins;
    handler =
        CorsHandler.create()
            .addOrigins(origins)
            .allowedMethods(methods)
            .allowedHeaders(REQUEST_HEADERS)
            .exposedHeaders(ANSWER_HEADERS)
            .maxAgeSeconds(PREFLIGHT_SECONDS);
  }

  /** The handler refuses other origins, and with them the POST of our own pages. */
  @Override
  public void handle(RoutingContext context) {
    if (!origins.contains(ANY)) {
      context.response().putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }
    String origin = context.request().getHeader(HttpHeaders.ORIGIN);
    if (origin == null || isAllowed(origin)) {
      handler.handle(context);
    } else {
      context.next();
    }
  }

  private boolean isAllowed(String origin) {
    return origins.contains(origin) || (origins.contains(ANY) && ORIGIN.matcher(origin).matches());
  }

  /**
   * The origins of a configuration.
   *
   * @throws IllegalArgumentException if one cannot be the origin of any request
   */
  static List<String> checked(List<String> origins) {
    for (String origin : origins) {
      boolean isExact = ORIGIN.matcher(origin).matches() && !USUAL_PORT.matcher(origin).matches();
      if (!isExact && !(origin.equals(ANY) && origins.size() == 1)) {
        throw new IllegalArgumentException(
            "http.cors.origins must be \"*\" alone, or origins as browsers send them, like"
                + " https://dashboard.example.com, not \""
                + origin
                + "\"");
      }
    }
    return List.copyOf(origins);
  }
}
