package io.annals.http;

import io.annals.trace.RequestTrace;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each request what it is known by: the caller's {@code X-Request-Id}, or one that is made,
 * which every answer says; and its place in the caller's trace (W3C Trace Context), with a span of
 * its own if spans are sent anywhere. Tells of it when it has ended. Shared by event loops.
 */
public final class RequestTracing implements Handler<RoutingContext> {
  /** The header that names a request. */
  public static final String REQUEST_ID = "X-Request-Id";

  /** The logger of a line for each request that has ended. */
  public static final String REQUEST_LOGGER = "io.annals.requests";

  /** As the contract has it for what is recorded with it. */
  static final int REQUEST_ID_CHARACTERS_MAX = 256;

  private static final Logger REQUESTS = LoggerFactory.getLogger(REQUEST_LOGGER);

  private static final CharSequence ID_HEADER = HttpHeaders.createOptimized("x-request-id");
  private static final String TRACE_PARENT = "traceparent";
  private static final TextMapGetter<MultiMap> HEADERS = new Headers();

  /** The semantic conventions have one word for all others, as anybody can make some up. */
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

  private static final AttributeKey<Long> STATUS_CODE =
      AttributeKey.longKey("http.response.status_code");
  private static final int SERVER_ERROR = 500;
  private static final int CLIENT_LEFT = 499;
  private static final int PATH_CHARACTERS_MAX = 2_048;

  private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

  private final @Nullable Tracer tracer;

  /** Makes spans by this tracer, or none. */
  public RequestTracing(Optional<Tracer> tracer) {
    this.tracer = tracer.orElse(null);
  }

  /** The headers of a request: of {@code traceparent}, only one can be believed. */
  private static final class Headers implements TextMapGetter<MultiMap> {
    @Override
    public Iterable<String> keys(MultiMap headers) {
      return headers.names();
    }

    @Override
    public @Nullable String get(@Nullable MultiMap headers, String key) {
      List<String> values = headers == null ? List.of() : headers.getAll(key);
      return values.isEmpty() || (values.size() > 1 && key.equals(TRACE_PARENT))
          ? null
          : String.join(",", values);
    }
  }

  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    RequestTrace trace = new RequestTrace(requestId(request.headers()), begin(request));
    trace.carry();
    request.response().putHeader(ID_HEADER, trace.requestId());
    if (tracer != null || REQUESTS.isInfoEnabled()) {
      long startNanos = System.nanoTime();
      context.addEndHandler(
          ended ->
              end(context, trace.span(), startNanos, status(request.response(), ended.failed())));
    }
    context.next();
  }

  private static String requestId(MultiMap headers) {
    List<String> ids = headers.getAll(REQUEST_ID);
    return ids.size() == 1 && isSane(ids.get(0))
        ? ids.get(0)
        : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }

  /** Whether this is an id that may be logged and recorded: some printable ASCII. */
  public static boolean isSane(String id) {
    return !id.isEmpty()
        && id.length() <= REQUEST_ID_CHARACTERS_MAX
        && id.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  /** A span of its own, or its caller's. */
  private Span begin(HttpServerRequest request) {
    Context caller =
        request.headers().contains(TRACE_PARENT)
            ? W3CTraceContextPropagator.getInstance()
                .extract(Context.root(), request.headers(), HEADERS)
            : Context.root();
    if (tracer == null) {
      return Span.fromContext(caller);
    }
    String method = method(request);
    return tracer
        .spanBuilder(METHODS.contains(method) ? method : "HTTP")
        .setParent(caller)
        .setSpanKind(SpanKind.SERVER)
        .setAttribute("http.request.method", method)
        .setAttribute("url.path", path(request))
        .setAttribute("url.scheme", String.valueOf(request.scheme()))
        .setAttribute("network.protocol.version", version(request.version()))
        .startSpan();
  }

  /**
   * The path for logs and traces: without the query, which may hold personal data, not too long,
   * and as a terminal can show it.
   */
  static String path(HttpServerRequest request) {
    String path = String.valueOf(request.path());
    return UNPRINTABLE
        .matcher(path.substring(0, Math.min(path.length(), PATH_CHARACTERS_MAX)))
        .replaceAll("?");
  }

  /** The method for logs and traces, which only know so many. */
  static String method(HttpServerRequest request) {
    String method = request.method().name();
    return METHODS.contains(method) ? method : "_OTHER";
  }

  private static String version(HttpVersion version) {
    return switch (version) {
      case HTTP_1_0 -> "1.0";
      case HTTP_1_1 -> "1.1";
      case HTTP_2 -> "2";
    };
  }

  /**
   * The status of an answer that has ended, or failed.
   *
   * @return 499, as others call it, if its client left before it was answered
   */
  public static int status(HttpServerResponse response, boolean failed) {
    return failed && !response.headWritten() ? CLIENT_LEFT : response.getStatusCode();
  }

  private static void end(RoutingContext context, Span span, long startNanos, int status) {
    Optional<String> route = Door.route(context);
    if (span.isRecording()) {
      route.ifPresent(template -> span.setAttribute("http.route", template));
      span.setAttribute("client.address", ClientAddress.of(context));
      span.setAttribute(STATUS_CODE, status);
      if (status >= SERVER_ERROR) {
        span.setAttribute("error.type", String.valueOf(status));
        span.setStatus(StatusCode.ERROR);
      }
      span.end();
    }
    if (REQUESTS.isInfoEnabled()) {
      REQUESTS.info(
          "{} {} {} in {} ms",
          method(context.request()),
          route.orElseGet(() -> path(context.request())),
          status,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
    }
  }
}
