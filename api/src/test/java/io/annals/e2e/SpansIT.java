package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.annals.server.AnnalsServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The spans that a server sends to a collector, from the request to the store. */
class SpansIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";

  private final List<ResourceSpans> received = new CopyOnWriteArrayList<>();

  /** Makes a request of a server that sends its spans here, and stops both. */
  private List<Span> spansOf(Call call, int status) {
    Vertx vertx = Vertx.vertx();
    try {
      HttpServer collector = ApiFixture.await(collector(vertx));
      String endpoint = "http://127.0.0.1:" + collector.actualPort();
      AnnalsServer server = ApiFixture.startServer(vertx, Map.of("ANNALS_OTEL_ENDPOINT", endpoint));
      try (Wire wire = new Wire(server.url())) {
        Answer answer = Objects.requireNonNull(wire.send(call.bytes()).read(call.method()));
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
      } finally {
        ApiFixture.await(server.stop());
      }
    } finally {
      ApiFixture.await(vertx.close());
    }
    return received.stream()
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .toList();
  }

  private Future<HttpServer> collector(Vertx vertx) {
    return vertx
        .createHttpServer()
        .requestHandler(
            request ->
                request
                    .body()
                    .onSuccess(
                        body -> {
                          assertThat(request.path()).isEqualTo("/v1/traces");
                          received.addAll(parse(body.getBytes()).getResourceSpansList());
                          request.response().end();
                        }))
        .listen(0, "127.0.0.1");
  }

  private static ExportTraceServiceRequest parse(byte[] body) {
    try {
      return ExportTraceServiceRequest.parseFrom(body);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Call list(UUID tenant) {
    return Call.of("GET", "/v1/audit-log?actor_id=ada%40example.com")
        .header("Authorization", "Bearer " + ApiFixture.token(tenant))
        .header("X-Tenant-ID", tenant.toString());
  }

  private static Span span(List<Span> spans, String name) {
    assertThat(spans).extracting(Span::getName).contains(name);
    return spans.stream().filter(span -> span.getName().equals(name)).findFirst().orElseThrow();
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static Map<String, String> attributes(Span span) {
    Map<String, String> attributes = new TreeMap<>();
    for (KeyValue each : span.getAttributesList()) {
      attributes.put(
          each.getKey(),
          each.getValue().hasIntValue()
              ? String.valueOf(each.getValue().getIntValue())
              : each.getValue().getStringValue());
    }
    return attributes;
  }

  @Test
  void request_isASpanOfItsCallersTrace_andTheStoresWorkIsOneOfItsOwn() {
    UUID tenant = UUID.randomUUID();
    List<Span> spans =
        spansOf(list(tenant).header("traceparent", "00-" + TRACE + "-" + CALLER + "-01"), 200);
    Span request = span(spans, "listAuditLog");
    assertThat(hex(request.getTraceId())).isEqualTo(TRACE);
    assertThat(hex(request.getParentSpanId())).isEqualTo(CALLER);
    assertThat(request.getKind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
    assertThat(attributes(request))
        .isEqualTo(
            Map.of(
                "http.request.method", "GET",
                "http.route", "/v1/audit-log",
                "http.response.status_code", "200",
                "url.path", "/v1/audit-log",
                "url.scheme", "http",
                "network.protocol.version", "1.1",
                "client.address", "127.0.0.1",
                "annals.tenant.id", tenant.toString()));
    Span store = span(spans, "page AuditStore");
    assertThat(store.getTraceId()).isEqualTo(request.getTraceId());
    assertThat(store.getParentSpanId()).isEqualTo(request.getSpanId());
    assertThat(store.getKind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
    assertThat(attributes(store))
        .isEqualTo(Map.of("db.system.name", "postgresql", "db.operation.name", "page"));
    assertThat(store.getStartTimeUnixNano()).isGreaterThanOrEqualTo(request.getStartTimeUnixNano());
    assertThat(store.getEndTimeUnixNano()).isLessThanOrEqualTo(request.getEndTimeUnixNano());
    assertThat(received.toString()).doesNotContain("ada", "Bearer");
    assertThat(received.get(0).getResource().toString()).contains("service.name", "annals");
  }

  @Test
  void requestWithoutATrace_beginsOne_andARefusalIsNoError() {
    List<Span> spans = spansOf(list(UUID.randomUUID()).without("Authorization"), 401);
    assertThat(spans).hasSize(1);
    assertThat(spans.get(0).getName()).isEqualTo("GET");
    assertThat(spans.get(0).getParentSpanId().isEmpty()).isTrue();
    assertThat(attributes(spans.get(0))).containsEntry("http.response.status_code", "401");
    assertThat(spans.get(0).getStatus().getCodeValue()).isZero();
  }

  @Test
  void requestThatItsCallerDoesNotSample_isNotSent() {
    Call list = list(UUID.randomUUID()).header("traceparent", "00-" + TRACE + "-" + CALLER + "-00");
    assertThat(spansOf(list, 200)).isEmpty();
  }
}
