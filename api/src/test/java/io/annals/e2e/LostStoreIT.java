package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.Eventually;
import io.annals.auth.KeyFile;
import io.annals.auth.TokenIssuer;
import io.annals.embedded.EmbeddedCassandra;
import io.annals.embedded.EmbeddedPostgres;
import io.annals.faults.ServerProcess;
import io.annals.http.RefusalHandler;
import io.annals.model.TenantId;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server under load that loses one of its two stores: what it says of it, and how it ends. */
class LostStoreIT {
  private static final int HEAP_MIB = 256;
  private static final Logger LOG = LoggerFactory.getLogger(LostStoreIT.class);
  private static final int POSTERS = 12;
  private static final int READERS = 8;
  private static final int REFUSING_SECONDS = 3;
  private static final Duration STOP_MAX = Duration.ofSeconds(31);
  private static final Path DIRECTORY = Path.of("target", "lost").toAbsolutePath();

  private final UUID tenant = UUID.randomUUID();
  private ServerProcess server;
  private ActivityLoad load;

  private void start(Map<String, String> stores) throws Exception {
    Map<String, String> settings = new HashMap<>(stores);
    settings.put("ANNALS_HTTP_PORT", "0");
    settings.put("ANNALS_MANAGEMENT_PORT", "0");
    settings.put("ANNALS_LOG_FORMAT", "json");
    settings.put("ANNALS_DATA_DIR", DIRECTORY.toString());
    server = new ServerProcess(HEAP_MIB, settings, DIRECTORY.resolve("server.log"));
    load = new ActivityLoad(server.url(), tenant, credential());
    load.start(POSTERS, 1, READERS);
    Eventually.within(60, () -> assertThat(load.acknowledged()).hasSizeGreaterThan(2));
  }

  private EmbeddedCassandra startOnCassandra() throws Exception {
    EmbeddedCassandra cassandra = EmbeddedCassandra.start(DIRECTORY.resolve("cassandra"));
    Map<String, String> stores =
        Map.of(
            "ANNALS_STORAGE_AUDIT",
            "memory",
            "ANNALS_STORAGE_ACTIVITY",
            "cassandra",
            "ANNALS_CASSANDRA_CONTACT_POINTS",
            cassandra.contactPoint(),
            "ANNALS_CASSANDRA_DATACENTER",
            cassandra.datacenter());
    try {
      start(stores);
    } catch (Throwable e) {
      cassandra.close();
      throw e;
    }
    return cassandra;
  }

  @BeforeEach
  void makeDirectory() throws Exception {
    Files.createDirectories(DIRECTORY);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String credential() {
    TokenIssuer issuer = new TokenIssuer(KeyFile.readOrCreate(KeyFile.in(DIRECTORY)));
    return issuer.issue(
        "test",
        Optional.of(new TenantId(tenant)),
        Set.of("activity:read", "activity:write"),
        Duration.ofHours(1));
  }

  private Answer health(String path) {
    try (Wire wire = new Wire(server.managementUrl())) {
      return Objects.requireNonNull(
          wire.send(Call.of("GET", "/health" + path).bytes()).read("GET"));
    }
  }

  private List<String> said(String part) throws Exception {
    return server.jsonLog().stream()
        .map(line -> line.getString("message"))
        .filter(message -> message.contains(part))
        .toList();
  }

  /** Asks the server to end, which it has to in time. */
  private void end() throws Exception {
    Duration took = server.stop();
    LOG.info("ended within {} ms", took.toMillis());
    assertThat(took).isLessThan(STOP_MAX);
    try {
      load.end();
    } catch (ExecutionException clientWithoutServer) {
      assertThat(server.isAlive()).isFalse();
    }
    assertThat(server.log()).as("stack traces").doesNotContain("\tat ");
  }

  @Test
  void cassandraThatIsKilled_isToldWithSinceAndReason_onceInTheLog_untilItIsBack()
      throws Exception {
    EmbeddedCassandra cassandra = startOnCassandra();
    Instant killed = Instant.now();
    assertThat(cassandra.process().destroyForcibly()).isTrue();
    Eventually.within(30, () -> assertThat(health("/ready").status()).isEqualTo(503));
    Thread.sleep(REFUSING_SECONDS * 1000); // of a load that is refused
    JsonObject ready = health("/ready").json();
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
    try (EmbeddedCassandra again = EmbeddedCassandra.start(DIRECTORY.resolve("cassandra"))) {
      assertThat(again.contactPoint()).isEqualTo(cassandra.contactPoint());
      Eventually.within(60, () -> assertThat(health("/ready").status()).isEqualTo(200));
      assertThat(said("the store cassandra is back after ")).hasSize(1);
      end();
    }
  }

  private void assertRefusalsDoNotFloodTheLog() throws Exception {
    List<JsonObject> lines =
        server.jsonLog().stream()
            .filter(line -> line.getString("log.logger").equals(RefusalHandler.class.getName()))
            .toList();
    long refused = load.answers().get("read 503").get();
    assertThat((long) lines.size()).isPositive().isLessThan(refused / 3);
    assertThat(lines)
        .allSatisfy(
            line -> {
              assertThat(line.getString("http.request.id")).hasSize(16);
              assertThat(line.getString("tenant.id")).isEqualTo(tenant.toString());
            });
  }

  @Test
  void serverWhoseCassandraIsKilledWithIt_endsInTime() throws Exception {
    try (EmbeddedCassandra cassandra = startOnCassandra()) {
      assertThat(cassandra.process().destroyForcibly()).isTrue();
      end();
    }
  }

  @Test
  void serverWhoseCassandraHangs_endsInTime() throws Exception {
    try (EmbeddedCassandra cassandra = startOnCassandra()) {
      ServerProcess.signal("STOP", List.of(cassandra.process()));
      try {
        Eventually.within(30, () -> assertThat(health("/ready").status()).isEqualTo(503));
        end();
      } finally {
        ServerProcess.signal("CONT", List.of(cassandra.process()));
      }
    }
  }

  /** The process id of the PostgreSQL that keeps its data here. */
  private static long postmaster(Path home) throws IOException {
    try (Stream<Path> files = Files.find(home, 2, (f, a) -> f.endsWith("postmaster.pid"))) {
      return Long.parseLong(Files.readAllLines(files.findAny().orElseThrow()).get(0).strip());
    }
  }

  @Test
  void postgresThatIsKilled_isTold_andEndsInTheLogWithoutStackTraces() throws Exception {
    Path home = DIRECTORY.resolve("postgres");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
      start(
          Map.of(
              "ANNALS_POSTGRES_URI", postgres.uri(),
              "ANNALS_POSTGRES_USER", postgres.user(),
              "ANNALS_POSTGRES_PASSWORD", postgres.password()));
      ProcessHandle postmaster = ProcessHandle.of(postmaster(home)).orElseThrow();
      List<ProcessHandle> all =
          Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
      ServerProcess.signal("KILL", all);
      Eventually.within(30, () -> assertThat(health("/ready").status()).isEqualTo(503));
      JsonObject ready = health("/ready").json();
      assertThat(ready.getJsonObject("serves").getMap())
          .isEqualTo(Map.of("activity", "DOWN", "audit", "DOWN", "keys", "DOWN"));
      JsonObject store = ready.getJsonObject("stores").getJsonObject("postgres");
      assertThat(store.getString("reason")).startsWith("PostgreSQL: ");
      assertThat(said("the store postgres (activity, audit, keys) is down: ")).hasSize(1);
      end();
    }
  }
}
