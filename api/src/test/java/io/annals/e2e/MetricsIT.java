package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.Eventually;
import io.annals.e2e.Scrape.Series;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server tells of itself, and that it tells nothing of anybody. */
class MetricsIT {
  private static final JsonObject MINTED = MeasuredServer.MINTED;

  private static Scrape scrape() {
    return Scrape.of(MeasuredServer.SERVER);
  }

  /** Names with labels that must be there and not be zero. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "annals_http_request_seconds_count operation=appendAuditLog status=201",
        "annals_http_request_seconds_count operation=appendAuditLog status=400",
        "annals_http_request_seconds_count operation=listTokenActivity method=GET",
        "annals_http_request_seconds_count operation=none status=404",
        "annals_http_refusals_total reason=invalid_request",
        "annals_ingest_events_total outcome=accepted",
        "annals_store_call_seconds_count role=audit work=append",
        "annals_store_call_seconds_count role=audit work=page",
        "annals_store_call_seconds_count role=activity work=append",
        "annals_store_call_seconds_count role=activity work=page",
        "annals_store_call_seconds_count role=activity work=search",
        "annals_store_call_seconds_count role=key work=mint",
        "annals_store_append_events_sum store=postgres role=audit",
        "annals_store_append_events_sum store=cassandra role=activity",
        "annals_postgres_transaction_seconds_count work=audit_append",
        "annals_postgres_transaction_seconds_count work=audit_page",
        "annals_postgres_transaction_seconds_count work=total",
        "annals_postgres_transaction_seconds_count work=key_change",
        "annals_postgres_group_events_sum work=audit_append",
        "annals_cassandra_statement_seconds_count work=append",
        "annals_cassandra_statement_seconds_count work=rows",
        "annals_cassandra_batch_rows_sum",
      })
  void traffic_movesTheMeters(String series) {
    String[] parts = series.split(" ");
    String[] labels = Arrays.copyOfRange(parts, 1, parts.length);
    assertThat(scrape().sum(parts[0], labels)).isPositive();
  }

  @Test
  void callWithAKey_isRecordedInTheBackground() {
    Eventually.within10Seconds(
        () ->
            assertThat(scrape().sum("annals_background_seconds_count", "task=call_recording"))
                .isPositive());
  }

  @Test
  void everyLimit_hasWhatIsUsedBesideIt() {
    Scrape scrape = scrape();
    for (String kind : List.of("queue", "pool", "cache")) {
      Set<Object> used = labelsOf(scrape, "annals_" + kind + "_used");
      assertThat(used).isNotEmpty().isEqualTo(labelsOf(scrape, "annals_" + kind + "_limit"));
    }
    assertThat(scrape.sum("annals_queue_limit", "queue=http_connections"))
        .isEqualTo(MeasuredServer.CONNECTIONS_MAX);
    assertThat(scrape.sum("annals_queue_used", "queue=http_bodies")).isZero();
  }

  private static Set<Object> labelsOf(Scrape scrape, String name) {
    Set<Object> labels = new HashSet<>();
    scrape.ofOurs().stream()
        .filter(s -> s.name().equals(name))
        .forEach(s -> labels.add(s.labels()));
    return labels;
  }

  @Test
  void stores_areUp() {
    assertThat(scrape().sum("annals_store_up", "store=postgres")).isOne();
    assertThat(scrape().sum("annals_store_up", "store=cassandra")).isOne();
    assertThat(scrape().sum("annals_store_down_since_seconds", "store=cassandra")).isZero();
    assertThat(scrape().sum("annals_cassandra_nodes", "state=up")).isOne();
    assertThat(scrape().sum("annals_postgres_key_channel_connected")).isOne();
  }

  @Test
  void otherServerOfTheProcess_isNotCountedHere() {
    try (Client client = Client.ofNewTenant()) {
      double before = ofCredentials();
      client.ok(client.list(Stream.CREDENTIALS));
      assertThat(ofCredentials()).isEqualTo(before);
    }
  }

  private static double ofCredentials() {
    return scrape().sum("annals_http_request_seconds_count", "operation=listCredentialAuditEvents");
  }

  @Test
  void noLabel_isOfAnybody() {
    List<String> secrets =
        List.of(
            MeasuredServer.TENANT.toString(),
            Stream.SUBJECT,
            MINTED.getString("id"),
            MINTED.getString("keyPrefix"),
            "127.0.0.1",
            "invoice",
            "ada");
    List<String> values =
        scrape().ofOurs().stream().map(Series::labels).flatMap(l -> l.values().stream()).toList();
    assertThat(values).isNotEmpty();
    assertThat(values)
        .allSatisfy(value -> assertThat(value).doesNotContain(secrets.toArray(String[]::new)));
  }

  @Test
  void strangeRequests_makeNoFurtherTimeSeries() {
    Random random = new Random(16);
    sendStrangeRequests(random);
    Set<Series> before = scrape().ofOurs();
    for (int i = 0; i < 20; i++) {
      sendStrangeRequests(random);
    }
    assertThat(scrape().ofOurs()).isEqualTo(before);
  }

  /** Each is another tenant, token, path, method and key than ever before. */
  private static void sendStrangeRequests(Random random) {
    UUID tenant = new UUID(random.nextLong(), random.nextLong());
    String word = Long.toString(random.nextLong() & Long.MAX_VALUE, 36);
    String bearer = "Bearer " + ApiFixture.token(tenant);
    Collection<Call> calls =
        List.of(
            Call.of("GET", Stream.LOG.path(tenant)).header("Authorization", bearer),
            Call.of("GET", Stream.TOKEN.path(tenant, new UUID(0, random.nextLong()).toString()))
                .header("Authorization", bearer),
            Call.of("GET", Stream.LOG.path(tenant)).header("X-API-Key", "annals_" + word),
            Call.of("GET", Stream.LOG.path(tenant)).header("Authorization", "Bearer " + word),
            Call.of("GET", "/v1/tenants/" + word).header("Authorization", bearer),
            Call.of("GET", "/" + word + "?" + word + "=1").header("Authorization", bearer),
            Call.of("GET", "/" + word),
            Call.of("GET", "/docs/" + word),
            Call.of("X" + word.toUpperCase(Locale.ROOT), "/v1"),
            Call.of("GET", Stream.LOG.path(tenant) + "?" + word + "=1")
                .header("Authorization", bearer),
            Call.of("BREW", Stream.LOG.path(tenant)).header("Authorization", bearer));
    for (Call call : calls) {
      try (Wire wire = new Wire(MeasuredServer.SERVER.url())) {
        assertThat(wire.send(call.bytes()).read(call.method())).as("%s", call).isNotNull();
      }
    }
  }
}
