package io.annals.trace;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Map;

/**
 * Sends spans to an OpenTelemetry collector, by OTLP over HTTP. What is not set here follows the
 * variables that the OpenTelemetry specification defines ({@code OTEL_SERVICE_NAME}, {@code
 * OTEL_TRACES_SAMPLER}, {@code OTEL_EXPORTER_OTLP_HEADERS} …). Spans wait in a bounded queue, and
 * are dropped when it is full: a collector that is away holds nobody up.
 */
public final class SpanExport {
  private static final String SCOPE = "io.annals";

  private final OpenTelemetrySdk sdk;

  private SpanExport(OpenTelemetrySdk sdk) {
    this.sdk = sdk;
  }

  /**
   * Sends to this endpoint, the address without {@code /v1/traces}.
   *
   * @throws IllegalArgumentException if a variable of OpenTelemetry is not understood
   */
  public static SpanExport to(String endpoint) {
    try {
      return new SpanExport(sdk(endpoint));
    } catch (ConfigurationException e) {
      throw new IllegalArgumentException("OpenTelemetry: " + e.getMessage(), e);
    }
  }

  private static OpenTelemetrySdk sdk(String endpoint) {
    return AutoConfiguredOpenTelemetrySdk.builder()
        .addPropertiesSupplier(() -> Map.of("otel.service.name", "annals"))
        .addPropertiesCustomizer(
            variables ->
                Map.of(
                    "otel.exporter.otlp.endpoint", endpoint,
                    "otel.exporter.otlp.protocol", "http/protobuf",
                    "otel.metrics.exporter", "none",
                    "otel.logs.exporter", "none"))
        .disableShutdownHook()
        .build()
        .getOpenTelemetrySdk();
  }

  /** Makes the spans that are sent. */
  public Tracer tracer() {
    return sdk.getTracer(SCOPE);
  }

  /** Sends what waits, for some seconds at most. */
  public Future<Void> close() {
    Promise<Void> promise = Promise.promise();
    sdk.shutdown().whenComplete(promise::complete);
    return promise.future();
  }
}
