package io.annals.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.Eventually;
import io.annals.e2e.Answer;
import io.annals.e2e.Call;
import io.annals.e2e.Wire;
import io.annals.embedded.EmbeddedCassandra;
import io.annals.faults.Fault.Opening;
import io.annals.http.RefusalHandler;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server under load that loses one of its two stores: what it says of it, and how it ends. */
class LostStoreIT {
  private static final int REFUSING_MILLIS = 3_000;
  private static final Duration STOP_MAX = Duration.ofSeconds(31);
  private static final Path DIRECTORY = Path.of("target", "lost").toAbsolutePath();

  private Site site;
  private Load load;

  private void start(String place, Opening opening) throws Exception {
    site = opening.open(DIRECTORY.resolve(place));
    load = new Load(site, Crew.flood());
    load.awaitStart();
  }

  @AfterEach
  void close() throws Exception {
    site.close();
  }

  private Answer health(String path) {
    try (Wire wire = new Wire(site.server().managementUrl())) {
      return Objects.requireNonNull(
          wire.send(Call.of("GET", "/health" + path).bytes()).read("GET"));
    }
  }

  private JsonObject readiness(int status) {
    Eventually.within(60, () -> assertThat(health("/ready").status()).isEqualTo(status));
    return health("/ready").json();
  }

  private List<String> said(String part) throws Exception {
    return site.server().jsonLog().stream()
        .map(line -> line.getString("message"))
        .filter(message -> message.contains(part))
        .toList();
  }

  /** Asks the server to end, which it has to in time. */
  private void end() throws Exception {
    ServerProcess server = site.server();
    assertThat(server.stop()).isLessThan(STOP_MAX);
    load.end();
    assertThat(server.log()).doesNotContain("error.stack_trace");
    site.remove(server);
  }

  @Test
  void cassandraThatIsKilled_isToldWithSinceAndReason_onceInTheLog_andHoldsUpNoStop()
      throws Exception {
    start("cassandra", Site::onCassandra);
    EmbeddedCassandra cassandra = site.the(EmbeddedCassandra.class);
    Instant killed = Instant.now();
    assertThat(cassandra.process().destroyForcibly()).isTrue();
    readiness(503);
    load.run(REFUSING_MILLIS);
    JsonObject ready = readiness(503);
    assertThat(ready.getString("status")).isEqualTo("DOWN");
    assertThat(ready.getJsonObject("serves").getMap())
        .isEqualTo(Map.of("activity", "DOWN", "audit", "UP", "keys", "UP"));
    JsonObject store = ready.getJsonObject("stores").getJsonObject("cassandra");
    assertThat(Instant.parse(store.getString("since")))
        .isBetween(killed.minusMillis(1), killed.plusSeconds(10));
    assertThat(store.getString("reason")).startsWith("Cassandra: no node ");
    assertThat(health("/ready/activity").status()).isEqualTo(503);
    assertThat(health("/ready/audit").status()).isEqualTo(200);
    assertThat(health("/live").status()).isEqualTo(200);
    assertThat(said("the store cassandra (activity) is down: ")).hasSize(1);
    assertRefusalsDoNotFloodTheLog();
    cassandra.close();
    try (EmbeddedCassandra again = EmbeddedCassandra.start(site.directory().resolve("cassandra"))) {
      assertThat(again.contactPoint()).isEqualTo(cassandra.contactPoint());
      readiness(200);
      assertThat(said("the store cassandra is back after ")).hasSize(1);
      assertThat(again.process().destroyForcibly()).isTrue();
      end();
    }
  }

  private void assertRefusalsDoNotFloodTheLog() throws Exception {
    List<JsonObject> lines =
        site.server().jsonLog().stream()
            .filter(line -> line.getString("log.logger").equals(RefusalHandler.class.getName()))
            .toList();
    assertThat((long) lines.size()).isPositive().isLessThan(load.tally().refused.sum() / 3);
    assertThat(lines)
        .allSatisfy(
            line -> {
              assertThat(line.getString("http.request.id")).hasSize(16);
              assertThat(line.getString("tenant.id")).isEqualTo(load.tenant().toString());
            });
  }

  @Test
  void serverWhoseCassandraHangs_endsInTime() throws Exception {
    start("cassandra", Site::onCassandra);
    List<ProcessHandle> cassandra = List.of(site.the(EmbeddedCassandra.class).process());
    ServerProcess.signal("STOP", cassandra);
    try {
      readiness(503);
      end();
    } finally {
      ServerProcess.signal("CONT", cassandra);
    }
  }

  @Test
  void postgresThatIsKilled_isTold_andEndsInTheLogWithoutStackTraces() throws Exception {
    start("postgres", Site::onPostgres);
    site.the(Postgres.class).kill();
    JsonObject ready = readiness(503);
    assertThat(ready.getJsonObject("serves").getMap())
        .isEqualTo(Map.of("activity", "DOWN", "audit", "DOWN", "keys", "DOWN"));
    JsonObject store = ready.getJsonObject("stores").getJsonObject("postgres");
    assertThat(store.getString("reason")).startsWith("PostgreSQL: ");
    assertThat(said("the store postgres (activity, audit, keys) is down: ")).hasSize(1);
    end();
  }
}
