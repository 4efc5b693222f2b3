package io.annals.bench;

import com.datastax.oss.driver.api.core.CqlSession;
import io.annals.embedded.EmbeddedCassandra.CommitlogSync;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Runs the benchmarks: {@code make bench}. Prints a table of ratios and writes it as JSON. The
 * first argument is the server's jar, the second the file for the JSON, further ones are options of
 * the server's JVM. The property {@code annals.bench.suites} names what is run: audit, postgres,
 * cassandra, cassandra-batch, door; and, only if they are named, soak-postgres and soak-cassandra,
 * eight minutes of full load on a server of 256 MiB; and soak, half an hour of all that clients do.
 */
public final class Bench {
  private static final Rounds ROUNDS =
      new Rounds(
          Integer.getInteger("annals.bench.rounds", 3),
          Integer.getInteger("annals.bench.seconds", 5));
  private static final int EVENTS = Integer.getInteger("annals.bench.events", 1_000_000);
  private static final int ACTIVITY = Integer.getInteger("annals.bench.activityEvents", 10_000_000);

  private static final int SOAK_MINUTES = Integer.getInteger("annals.bench.soakMinutes", 30);
  private static final Path SOAK_REPORT =
      Path.of(System.getProperty("annals.bench.soakReport", "soak.md"));

  private static final String ALL_SUITES = "door,audit,postgres,cassandra,cassandra-batch";
  private static final Set<String> SUITES =
      Set.of(System.getProperty("annals.bench.suites", ALL_SUITES).split(",", -1));

  private static final List<String> SMALL = List.of("-Xmx256m");

  private static final int TOKENS = 100;
  private static final int UNNEST_LOOPS = 2;
  private static final int UNNEST_ROWS = 1_000;
  private static final int BATCH_LOOPS = 64;

  private final Server.Program program;
  private final Vertx vertx = Vertx.vertx();
  private final Report report = new Report();

  private Bench(Server.Program program) {
    this.program = program;
  }

  /** Runs the suites. */
  public static void main(String[] args) throws Exception {
    System.setProperty("logback.configurationFile", "logback-bench.xml"); // not the server's
    Path libraries = Path.of(args[0]).toAbsolutePath().resolveSibling("lib");
    System.setProperty("annals.cassandra.lib", libraries.resolve("cassandra").toString());
    List<String> jvmOptions = Arrays.asList(args).subList(2, args.length);
    Bench bench = new Bench(new Server.Program(args[0], jvmOptions));
    try {
      bench.run();
    } finally {
      bench.vertx.close();
    }
    bench.report.print(System.out);
    Path json = Path.of(args[1]);
    Files.createDirectories(json.toAbsolutePath().getParent());
    Files.writeString(json, bench.report.json().encodePrettily());
    System.out.println("\nAs JSON: " + json);
  }

  private void run() throws Exception {
    if (SUITES.contains("door")) {
      in(directory -> new DoorBench(vertx, directory).run(report));
    }
    if (SUITES.contains("audit") || SUITES.contains("postgres")) {
      in(this::postgres);
    }
    if (SUITES.contains("cassandra")) {
      in(directory -> cassandra(directory, CommitlogSync.PERIODIC));
    }
    if (SUITES.contains("cassandra-batch")) {
      in(directory -> cassandra(directory, CommitlogSync.BATCH));
    }
    if (SUITES.contains("soak-postgres")) {
      in(this::soakPostgres);
    }
    if (SUITES.contains("soak-cassandra")) {
      in(this::soakCassandra);
    }
    if (SUITES.contains("soak")) {
      in(this::soak);
    }
  }

  /** A suite of measurements, with its data in a directory. */
  private interface Suite {
    void run(Path directory) throws Exception;
  }

  private static void in(Suite suite) throws Exception {
    Path directory = Files.createTempDirectory("annals-bench");
    try {
      suite.run(directory);
    } finally {
      delete(directory);
    }
  }

  private void postgres(Path directory) throws Exception {
    try (Lab lab = new Lab(directory, program)) {
      if (SUITES.contains("audit")) {
        new IngestBench(lab, vertx, ROUNDS).run(report);
        new PageBench(lab, vertx).run(report, EVENTS);
      }
      if (SUITES.contains("postgres")) {
        postgresActivity(lab);
      }
    }
  }

  private void postgresActivity(Lab lab) throws Exception {
    ActivityLines lines = new ActivityLines(TOKENS);
    ActivityIngestBench ingest = new ActivityIngestBench(lab.server(), vertx, ROUNDS);
    List<Load.Worker> unnest = PostgresActivity.loops(lab, vertx, UNNEST_LOOPS, lines, UNNEST_ROWS);
    ingest.bodies(report, "postgres: bodies of 1,000, beside unnest", unnest, 0.6);
    ingest.longBody(report, "postgres: one long body, beside unnest", unnest, 0.6);
    if (ACTIVITY == 0) {
      return;
    }
    ActivityReadBench read = new ActivityReadBench(lab.server(), vertx, "postgres");
    read.fill(ACTIVITY);
    read.awaitSettled();
    PgConnection driver = lab.connect(vertx);
    Load.await(driver.query("VACUUM ANALYZE").execute(), 600);
    Load.await(driver.query("SET ROLE annals_app").execute());
    Load.await(driver.query("SET plan_cache_mode = force_generic_plan").execute()); // as the store
    read.run(report, PostgresPages.statements(driver, read.tenant(), read.hotToken()), ACTIVITY);
  }

  private void soakPostgres(Path directory) throws Exception {
    try (Lab lab = new Lab(directory, program.with(SMALL))) {
      new SoakBench(lab.server(), vertx, "postgres, -Xmx256m").run(report);
    }
  }

  private void soakCassandra(Path directory) throws Exception {
    try (CassandraLab lab =
        new CassandraLab(directory, program.with(SMALL), CommitlogSync.PERIODIC)) {
      new SoakBench(lab.server(), vertx, "cassandra, -Xmx256m").run(report);
    }
  }

  /** Also written as Markdown, to be kept. */
  private void soak(Path directory) throws Exception {
    try (CassandraLab lab = new CassandraLab(directory, program, CommitlogSync.PERIODIC)) {
      String tables = new MixedSoak(lab.server(), vertx, SOAK_MINUTES).run(report);
      Files.writeString(SOAK_REPORT, tables);
    }
  }

  private void cassandra(Path directory, CommitlogSync sync) throws Exception {
    String name = sync == CommitlogSync.PERIODIC ? "cassandra" : "cassandra, batch sync";
    double target = sync == CommitlogSync.PERIODIC ? 0.7 : 0;
    try (CassandraLab lab = new CassandraLab(directory, program, sync)) {
      try (CqlSession session = lab.connect()) {
        CassandraActivity driver = new CassandraActivity(session);
        ActivityLines lines = new ActivityLines(TOKENS);
        ActivityIngestBench ingest = new ActivityIngestBench(lab.server(), vertx, ROUNDS);
        ingest.bodies(
            report,
            name + ": bodies of 1,000, beside batches of 20",
            driver.loops(BATCH_LOOPS, lines, 20),
            target);
        ingest.longBody(
            report,
            name + ": one long body, beside batches of 100",
            driver.loops(BATCH_LOOPS, lines, 100),
            target);
      }
      if (sync == CommitlogSync.PERIODIC && ACTIVITY > 0) {
        cassandraPages(lab);
      }
    }
  }

  private void cassandraPages(CassandraLab lab) throws Exception {
    ActivityReadBench read = new ActivityReadBench(lab.server(), vertx, "cassandra");
    read.fill(ACTIVITY);
    read.awaitSettled();
    lab.flush();
    read.awaitSettled();
    try (CqlSession session = lab.connect()) {
      CassandraPages pages = new CassandraPages(session, read.tenant(), read.hotToken());
      read.run(report, pages.statements(), ACTIVITY);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
