package io.annals.trace;

import io.annals.store.StoreException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.vertx.core.Future;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * A store whose calls are spans of the requests that make them, named by method and store ({@code
 * append AuditStore}), from the call to its answer. A call that no request makes is none.
 */
public final class TracedStore implements InvocationHandler {
  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
  private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private final Object store;
  private final String role;
  private final String system;
  private final Tracer tracer;

  private TracedStore(Object store, String role, String system, Tracer tracer) {
    this.store = store;
    this.role = role;
    this.system = system;
    this.tracer = tracer;
  }

  /**
   * The same store, traced.
   *
   * @param role the interface by which it is used, whose asynchronous methods are traced
   * @param system what keeps its data, as the semantic conventions call it ({@code postgresql})
   */
  public static <T> T of(Class<T> role, T store, String system, Tracer tracer) {
    return role.cast(
        Proxy.newProxyInstance(
            role.getClassLoader(),
            new Class<?>[] {role},
            new TracedStore(store, role.getSimpleName(), system, tracer)));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    RequestTrace request = RequestTrace.current();
    if (request == null || !method.getReturnType().equals(Future.class)) {
      return call(method, arguments);
    }
    Span span =
        tracer
            .spanBuilder(method.getName() + " " + role)
            .setParent(Context.root().with(request.span()))
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute(SYSTEM, system)
            .setAttribute(OPERATION, method.getName())
            .startSpan();
    try {
      return ((Future<?>) call(method, arguments))
          .onComplete((answer, failure) -> end(span, failure));
    } catch (Throwable refused) {
      end(span, refused);
      throw refused;
    }
  }

  private Object call(Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(store, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
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
