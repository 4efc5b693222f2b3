package io.annals.trace;

import io.annals.model.TenantId;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request is known by: its id, its place in a trace, and its tenant once that is known.
 *
 * <p>It is carried by the context on which Vert.x handles the request, which is that request's
 * alone, and so found wherever the request is worked on; on the threads and contexts of others it
 * is not. Safe to use from any thread.
 */
public final class RequestTrace {
  private final String requestId;
  private final Span span;
  private volatile @Nullable TenantId tenant;

  /**
   * Of a request that begins.
   *
   * @param span that of the request, or of its caller where none is made; it may be invalid
   */
  public RequestTrace(String requestId, Span span) {
    this.requestId = requestId;
    this.span = span;
  }

  /** That of the request that is being worked on here; null if none is. */
  public static @Nullable RequestTrace current() {
    Context context = Vertx.currentContext();
    return context == null ? null : RequestLocal.TRACE.get(context);
  }

  /** Has the current context, which must be the request's, carry this. */
  public void carry() {
    RequestLocal.TRACE.put(Vertx.currentContext(), this);
  }

  /** The id of the request. */
  public String requestId() {
    return requestId;
  }

  /** Its span, or its caller's, or an invalid one. */
  public Span span() {
    return span;
  }

  /** The id of its trace, 32 hexadecimal digits; null if it is in none. */
  public @Nullable String traceId() {
    SpanContext context = span.getSpanContext();
    return context.isValid() ? context.getTraceId() : null;
  }

  /** Says for whom it is. */
  public void tenant(TenantId known) {
    tenant = known;
    span.setAttribute("annals.tenant.id", known.toString());
  }

  /**
   * What the lines of a log say of it; but for the tenant, in the words of the Elastic Common
   * Schema.
   */
  public Map<String, String> logFields() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("http.request.id", requestId);
    TenantId known = tenant;
    if (known != null) {
      fields.put("tenant.id", known.toString());
    }
    SpanContext context = span.getSpanContext();
    if (context.isValid()) {
      fields.put("trace.id", context.getTraceId());
      fields.put("span.id", context.getSpanId());
    }
    return fields;
  }
}
