package io.annals.server;

import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands before one role of a store and measures every call by the name of its method, whichever
 * store it is: how long it took, why it failed, and how many events it brought. A page with a
 * search is work of another kind, and called {@code search}.
 */
final class MeteredCalls implements InvocationHandler {
  private static final String SEARCH = "search";

  private final Object store;
  private final Map<String, Timer> calls = new HashMap<>();
  private final Map<Kind, Counter> failures = new EnumMap<>(Kind.class);
  private final @Nullable DistributionSummary appended;

  private MeteredCalls(Class<?> role, Object store, MeterRegistry meters, Tags tags) {
    this.store = store;
    for (Method method : role.getMethods()) {
      if (method.getReturnType() == Future.class) {
        calls.put(method.getName(), timer(meters, tags, method.getName()));
      }
    }
    if (role == ActivityStore.class) {
      calls.put(SEARCH, timer(meters, tags, SEARCH));
    }
    for (Kind kind : Kind.values()) {
      Counter counter =
          Counter.builder("annals.store.failures")
              .tags(tags.and("kind", kind.name().toLowerCase(Locale.ROOT)))
              .description("Calls of a store that failed")
              .register(meters);
      failures.put(kind, counter);
    }
    appended = calls.containsKey("append") ? appended(meters, tags) : null;
  }

  private static DistributionSummary appended(MeterRegistry meters, Tags tags) {
    return DistributionSummary.builder("annals.store.append")
        .baseUnit("events")
        .tags(tags)
        .description("Events that one call stored")
        .register(meters);
  }

  private static Timer timer(MeterRegistry meters, Tags tags, String work) {
    return Timer.builder("annals.store.call")
        .tags(tags.and("work", work))
        .description("How long calls of a store take, failed ones included")
        .register(meters);
  }

  /**
   * The same store, measured.
   *
   * @param role the interface that is called, such as {@link io.annals.store.AuditStore}
   * @param name of the store, as it is configured
   */
  static <T> T of(Class<T> role, T store, String name, MeterRegistry meters) {
    String label = role.getSimpleName().replaceFirst("Store$", "").toLowerCase(Locale.ROOT);
    Tags tags = Tags.of("store", name, "role", label);
    MeteredCalls calls = new MeteredCalls(role, store, meters, tags);
    return role.cast(Proxy.newProxyInstance(role.getClassLoader(), new Class<?>[] {role}, calls));
  }

  @Override
  public @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    long startNanos = System.nanoTime();
    Object result;
    try {
      result = method.invoke(store, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
    return result instanceof Future<?> future && arguments != null
        ? future.onComplete(
            (done, failure) -> ended(work(method, arguments), startNanos, arguments, failure))
        : result;
  }

  private static String work(Method method, @Nullable Object[] arguments) {
    boolean isSearch =
        arguments.length > 1
            && arguments[1] instanceof ActivityQuery query
            && query.search() != null;
    return isSearch ? SEARCH : method.getName();
  }

  private void ended(
      String work, long startNanos, @Nullable Object[] arguments, @Nullable Throwable failure) {
    Objects.requireNonNull(calls.get(work))
        .record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
    if (failure != null) {
      Kind kind = failure instanceof StoreException known ? known.kind() : Kind.INTERNAL;
      Objects.requireNonNull(failures.get(kind)).increment();
    } else if (appended != null && arguments[arguments.length - 1] instanceof List<?> events) {
      appended.record(events.size());
    }
  }
}
