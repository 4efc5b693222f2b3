package io.annals.server;

import io.annals.http.ByteBudget;
import io.annals.metrics.Bounds;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;

/**
 * What one server measures, for Prometheus. Servers in one process have one each: their meters
 * never meet.
 */
final class Metrics {
  /** Of the text that {@link #scrape} is. */
  static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final String OURS = "annals.";

  /** From a page out of memory to what no client waits for any longer. */
  private static final double[] LATENCY_NANOS = {
    0.5e6, 1e6, 2.5e6, 5e6, 10e6, 25e6, 50e6, 100e6, 250e6, 500e6, 1e9, 2.5e9, 5e9, 10e9
  };

  private static final double[] SIZES = {1, 10, 50, 100, 250, 500, 1_000, 2_000};

  /** Every server measures with the same buckets, so that they can be added up. */
  private static final MeterFilter BUCKETS =
      new MeterFilter() {
        @Override
        public DistributionStatisticConfig configure(
            Meter.Id id, DistributionStatisticConfig config) {
          double[] buckets = id.getType() == Meter.Type.TIMER ? LATENCY_NANOS : SIZES;
          return id.getName().startsWith(OURS)
              ? DistributionStatisticConfig.builder()
                  .serviceLevelObjectives(buckets)
                  .build()
                  .merge(config)
              : config;
        }
      };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final JvmHeapPressureMetrics heap = new JvmHeapPressureMetrics();

  Metrics() {
    registry.config().meterFilter(BUCKETS);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new JvmInfoMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
    heap.bindTo(registry);
    String version = Metrics.class.getPackage().getImplementationVersion();
    Gauge.builder("annals.build.info", () -> 1)
        .tag("version", Optional.ofNullable(version).orElse("unknown"))
        .description("What runs")
        .register(registry);
  }

  /** Where others register what they measure. */
  MeterRegistry registry() {
    return registry;
  }

  /** Shows how much of a budget is held. */
  ByteBudget watched(String bound, ByteBudget budget) {
    Bounds.queue(registry, bound, "bytes", budget.max(), budget, ByteBudget::held);
    return budget;
  }

  /**
   * Shows whether a store is up.
   *
   * @param isUp false also while it is being opened
   * @param downSinceSeconds since when it is not, in seconds of the epoch; 0 while it is
   */
  void store(String name, BooleanSupplier isUp, DoubleSupplier downSinceSeconds) {
    Gauge.builder("annals.store.up", () -> isUp.getAsBoolean() ? 1 : 0)
        .tag("store", name)
        .description("Whether the store's database answers (1)")
        .register(registry);
    Gauge.builder("annals.store.down.since", downSinceSeconds::getAsDouble)
        .baseUnit("seconds")
        .tag("store", name)
        .description("Since when it does not, since the epoch; 0 while it does")
        .register(registry);
  }

  /** All of it as text; takes some milliseconds: not for an event loop. */
  String scrape() {
    return registry.scrape();
  }

  /** Measures nothing more. */
  Future<Void> close() {
    collections.close();
    heap.close();
    registry.close();
    return Future.succeededFuture();
  }
}
