package io.annals.server;

import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.annals.trace.WatchedStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.lang.reflect.Method;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures every call of one role of a store by the name of its method, whichever store it is: how
 * long it took, why it failed, and how many events it brought. A page with a search is work of
 * another kind, and called {@code search}.
 */
final class MeteredCalls implements WatchedStore.Watcher {
  private static final String SEARCH = "search";

  private final Map<String, Timer> calls = new HashMap<>();
  private final Map<Kind, Counter> failures = new EnumMap<>(Kind.class);
  private final @Nullable DistributionSummary appended;

  private MeteredCalls(Class<?> role, MeterRegistry meters, Tags tags) {
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
    return WatchedStore.of(role, store, new MeteredCalls(role, meters, tags));
  }

  @Override
  public Consumer<@Nullable Throwable> begin(Method call, @Nullable Object[] arguments) {
    long startNanos = System.nanoTime();
    return failure -> ended(work(call, arguments), startNanos, arguments, failure);
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
