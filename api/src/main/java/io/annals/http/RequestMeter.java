package io.annals.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Times every request, from its head to the end of its answer, by operation, method and status.
 * What clients choose never becomes a label: a request that no operation serves, or that the door
 * did not let in, has the operation {@value #NONE}; a method that is not used here is {@value
 * #OTHER}. Shared by event loops.
 */
public final class RequestMeter implements Handler<RoutingContext> {
  private static final String NONE = "none";
  private static final String OTHER = "other";
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private record Labels(String operation, String method, int status) {}

  private final MeterRegistry meters;
  private final Map<Labels, Timer> timers = new ConcurrentHashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();

  /** Measures into this registry. */
  public RequestMeter(MeterRegistry meters) {
    this.meters = meters;
    Gauge.builder("annals.http.requests.active", underWay, AtomicInteger::get)
        .description("Requests that are being answered")
        .register(meters);
  }

  @Override
  public void handle(RoutingContext context) {
    long startNanos = System.nanoTime();
    underWay.incrementAndGet();
    context.addEndHandler(
        ended -> {
          underWay.decrementAndGet();
          timers
              .computeIfAbsent(labels(context, ended.failed()), this::timer)
              .record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
        });
    context.next();
  }

  private static Labels labels(RoutingContext context, boolean failed) {
    String method = context.request().method().name();
    return new Labels(
        Door.operation(context).orElse(NONE),
        METHODS.contains(method) ? method : OTHER,
        RequestTracing.status(context.response(), failed));
  }

  private Timer timer(Labels labels) {
    return Timer.builder("annals.http.request")
        .tag("operation", labels.operation())
        .tag("method", labels.method())
        .tag("status", Integer.toString(labels.status()))
        .description("How long requests take until their answer has ended")
        .register(meters);
  }
}
