package io.annals.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToDoubleFunction;

/**
 * Gauges of what is bounded: how much of it is used, and how much may be. Bounds of a kind have the
 * same two names and are told apart by a label, so that one alert watches every queue there is.
 *
 * <p>Gauges read state that is there anyway, when somebody looks: they cost nothing otherwise.
 */
public final class Bounds {
  private Bounds() {}

  /**
   * What refuses when it is full, a queue or a budget: {@code annals.queue.used} and {@code
   * annals.queue.limit}.
   *
   * @param queue its name, as a label: a constant
   * @param unit what is counted, in the plural
   * @param used how much of the owner is used; called from any thread
   */
  public static <T> void queue(
      MeterRegistry meters,
      String queue,
      String unit,
      long limit,
      T owner,
      ToDoubleFunction<T> used) {
    register(meters, "queue", queue, unit, limit, owner, used);
  }

  /**
   * What works at once, with a queue before it, and may well be fully used: {@code
   * annals.pool.used} and {@code annals.pool.limit}.
   *
   * @param pool its name, as a label: a constant
   * @param unit what is counted, in the plural
   * @param used how much of the owner is used; called from any thread
   */
  public static <T> void pool(
      MeterRegistry meters,
      String pool,
      String unit,
      long limit,
      T owner,
      ToDoubleFunction<T> used) {
    register(meters, "pool", pool, unit, limit, owner, used);
  }

  /**
   * What is remembered, which may well be full: {@code annals.cache.used} and {@code
   * annals.cache.limit}.
   *
   * @param cache its name, as a label: a constant
   * @param unit what is counted, in the plural
   * @param used how much of the owner is used; called from any thread
   */
  public static <T> void cache(
      MeterRegistry meters,
      String cache,
      String unit,
      long limit,
      T owner,
      ToDoubleFunction<T> used) {
    register(meters, "cache", cache, unit, limit, owner, used);
  }

  private static <T> void register(
      MeterRegistry meters,
      String kind,
      String name,
      String unit,
      long limit,
      T owner,
      ToDoubleFunction<T> used) {
    Tags tags = Tags.of(kind, name, "unit", unit);
    Gauge.builder("annals." + kind + ".used", owner, used)
        .tags(tags)
        .description("How much of the " + kind + " is used")
        .strongReference(true) // gone with the registry, which is the server's own
        .register(meters);
    Gauge.builder("annals." + kind + ".limit", () -> (double) limit)
        .tags(tags)
        .description("How much of the " + kind + " may be used")
        .register(meters);
  }
}
