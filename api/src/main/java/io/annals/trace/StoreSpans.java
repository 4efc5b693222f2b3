package io.annals.trace;

import io.annals.store.StoreException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.lang.reflect.Method;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls of a store spans of the requests that make them, named by method and store
 * ({@code append AuditStore}), from the call to its answer. A call that no request makes is none.
 */
public final class StoreSpans implements WatchedStore.Watcher {
  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
  private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private final String system;
  private final Tracer tracer;

  /**
   * Makes spans by this tracer.
   *
   * @param system what keeps the data, as the semantic conventions call it ({@code postgresql})
   */
  public StoreSpans(String system, Tracer tracer) {
    this.system = system;
    this.tracer = tracer;
  }

  @Override
  public Consumer<@Nullable Throwable> begin(Method call, @Nullable Object[] arguments) {
    RequestTrace request = RequestTrace.current();
    if (request == null) {
      return ended -> {};
    }
    Span span =
        tracer
            .spanBuilder(call.getName() + " " + call.getDeclaringClass().getSimpleName())
            .setParent(Context.root().with(request.span()))
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute(SYSTEM, system)
            .setAttribute(OPERATION, call.getName())
            .startSpan();
    return failure -> end(span, failure);
  }

  private static void end(Span span, @Nullable Throwable failure) {
    if (failure != null) {
      boolean isKnown = failure instanceof StoreException;
      span.setAttribute(
          ERROR, isKnown ? ((StoreException) failure).kind().name() : failure.getClass().getName());
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }
}
