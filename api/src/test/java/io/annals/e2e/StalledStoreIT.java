package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.KeyFile;
import io.annals.auth.TokenIssuer;
import io.annals.embedded.EmbeddedCassandra;
import io.annals.embedded.EmbeddedPostgres;
import io.annals.model.TenantId;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small server under full load whose database is suspended: it turns requests away or slows them
 * down, stays small, loses nothing that it acknowledged, and goes on by itself.
 */
class StalledStoreIT {
  private static final Logger LOG = LoggerFactory.getLogger(StalledStoreIT.class);

  private static final int HEAP_MIB = 256;

  /** The heap, as much again for buffers beside it, and the JVM itself. */
  private static final int RESIDENT_MIB_MAX = 640;

  private static final int BEFORE_SECONDS = 6;
  private static final int STALL_SECONDS = 12;
  private static final int AFTER_SECONDS = 4;

  private static final int POSTERS = 24;

  private static final Path DIRECTORY = Path.of("target", "stalled").toAbsolutePath();

  private final UUID tenant = UUID.randomUUID();

  @Test
  void postgresThatIsSuspended_costsNoAcknowledgedEventAndNoMemory() throws Exception {
    Path home = DIRECTORY.resolve("postgres");
    Files.createDirectories(DIRECTORY);
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
      Map<String, String> settings =
          Map.of(
              "ANNALS_STORAGE_ACTIVITY", "postgres",
              "ANNALS_POSTGRES_URI", postgres.uri(),
              "ANNALS_POSTGRES_USER", postgres.user(),
              "ANNALS_POSTGRES_PASSWORD", postgres.password());
      ProcessHandle postmaster = ProcessHandle.of(postmaster(home)).orElseThrow();
      stall(settings, () -> Stream.concat(Stream.of(postmaster), postmaster.descendants()));
    }
  }

  @Test
  void cassandraThatIsSuspended_costsNoAcknowledgedEventAndNoMemory() throws Exception {
    Files.createDirectories(DIRECTORY);
    try (EmbeddedCassandra cassandra = EmbeddedCassandra.start(DIRECTORY.resolve("cassandra"))) {
      Map<String, String> settings =
          Map.of(
              "ANNALS_STORAGE_ACTIVITY", "cassandra",
              "ANNALS_CASSANDRA_CONTACT_POINTS", cassandra.contactPoint(),
              "ANNALS_CASSANDRA_DATACENTER", cassandra.datacenter());
      stall(settings, () -> Stream.of(cassandra.process()));
    }
  }

  /** The process id of the PostgreSQL that keeps its data here. */
  static long postmaster(Path home) throws IOException {
    try (Stream<Path> files = Files.find(home, 2, (f, a) -> f.endsWith("postmaster.pid"))) {
      return Long.parseLong(Files.readAllLines(files.findAny().orElseThrow()).get(0).strip());
    }
  }

  /** What a database consists of just now. */
  private interface Database {
    Stream<ProcessHandle> processes();
  }

  private void stall(Map<String, String> chosen, Database database) throws Exception {
    Map<String, String> settings = new HashMap<>(chosen);
    settings.put("ANNALS_STORAGE_AUDIT", "memory");
    settings.put("ANNALS_HTTP_PORT", "0");
    settings.put("ANNALS_MANAGEMENT_PORT", "0");
    settings.put("ANNALS_DATA_DIR", DIRECTORY.toString());
    Path log = DIRECTORY.resolve(chosen.get("ANNALS_STORAGE_ACTIVITY") + "-server.log");
    try (ServerProcess server = new ServerProcess(HEAP_MIB, settings, log)) {
      ActivityLoad load = new ActivityLoad(server.url(), tenant, credential());
      load.start(POSTERS, 1, 2);
      run(load, BEFORE_SECONDS);
      Map<Integer, Long> before = load.acknowledged();
      long beforeMillis = load.takeLongestMillis();
      suspend(database, load);
      Map<Integer, Long> stalled = load.acknowledged();
      long resumedNanos = System.nanoTime();
      awaitProgress(load, stalled);
      long recoveryMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - resumedNanos);
      run(load, AFTER_SECONDS);
      load.end();
      long longestMillis = load.takeLongestMillis();
      LOG.info(
          "{}: acknowledged {}, {} stalled, {} in the end; longest wait {} ms, then {} ms;"
              + " all served {} ms after the stall; {} MiB; answers {}",
          chosen.get("ANNALS_STORAGE_ACTIVITY"),
          sum(before),
          sum(stalled),
          sum(load.acknowledged()),
          beforeMillis,
          longestMillis,
          recoveryMillis,
          server.peakResidentMib(),
          load.answers());
      assertThat(load.refusedBodies()).isPositive();
      assertThat(longestMillis).isLessThan(ActivityLoad.ANSWER_MILLIS_MAX);
      assertThat(server.isAlive()).isTrue();
      assertThat(server.log()).doesNotContain("OutOfMemoryError");
      assertThat(server.peakResidentMib()).isLessThan(RESIDENT_MIB_MAX);
      assertListedOnce(server.url(), load.acknowledged());
    }
  }

  private static void suspend(Database database, ActivityLoad load) throws Exception {
    List<ProcessHandle> processes = database.processes().toList();
    ServerProcess.signal("STOP", processes);
    try {
      run(load, STALL_SECONDS);
    } finally {
      ServerProcess.signal("CONT", processes);
    }
  }

  private static void run(ActivityLoad load, int seconds) throws Exception {
    for (int second = 0; second < seconds; second++) {
      load.check();
      Thread.sleep(1000);
    }
  }

  /** Until every sender of bodies has had another one stored. */
  private static void awaitProgress(ActivityLoad load, Map<Integer, Long> from) throws Exception {
    long deadlineNanos =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ActivityLoad.ANSWER_MILLIS_MAX);
    while (!IntStream.range(0, POSTERS).allMatch(i -> hasProgressed(i, load, from))) {
      assertThat(System.nanoTime()).as("%s", load.acknowledged()).isLessThan(deadlineNanos);
      load.check();
      Thread.sleep(20);
    }
  }

  private static boolean hasProgressed(int sender, ActivityLoad load, Map<Integer, Long> from) {
    return load.acknowledged().getOrDefault(sender, 0L) > from.getOrDefault(sender, 0L);
  }

  private static long sum(Map<Integer, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private void assertListedOnce(String url, Map<Integer, Long> acknowledged) {
    Map<Integer, BitSet> listed = new TreeMap<>();
    for (String token : ActivityLoad.TOKENS) {
      list(url, token, listed);
    }
    acknowledged.forEach(
        (sender, count) ->
            assertThat(listed.getOrDefault(sender, new BitSet()).nextClearBit(0))
                .as("the first event of sender %s that is not listed", sender)
                .isGreaterThanOrEqualTo(count.intValue()));
  }

  private void list(String url, String token, Map<Integer, BitSet> listed) {
    String path = "/v1/tenants/" + tenant + "/tokens/" + token + "/activity?PageSize=1000";
    try (Wire wire = new Wire(url)) {
      String cursor = "";
      while (cursor != null) {
        Call call = Call.of("GET", path + cursor).header("Authorization", "Bearer " + credential());
        Answer answer = Objects.requireNonNull(wire.send(call.bytes()).read("GET"));
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        for (Object item : answer.json().getJsonArray("items")) {
          UUID id = UUID.fromString(((JsonObject) item).getString("id"));
          BitSet ofSender =
              listed.computeIfAbsent((int) id.getMostSignificantBits(), s -> new BitSet());
          int number = (int) id.getLeastSignificantBits();
          assertThat(ofSender.get(number)).as("listed before: %s", item).isFalse();
          ofSender.set(number);
        }
        String next = answer.json().getString("nextPageToken");
        cursor = next == null ? null : "&PageToken.Cursor=" + next;
      }
    }
  }

  private String credential() {
    TokenIssuer issuer = new TokenIssuer(KeyFile.readOrCreate(KeyFile.in(DIRECTORY)));
    return issuer.issue(
        "test",
        Optional.of(new TenantId(tenant)),
        Set.of("activity:read", "activity:write"),
        Duration.ofHours(1));
  }
}
