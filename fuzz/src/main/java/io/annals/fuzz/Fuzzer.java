package io.annals.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.annals.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs Jazzer on one target at a time, each in a JVM of its own. It begins with the inputs of
 * {@code corpus/TARGET}, keeps those that reach something new in {@code target/fuzz/TARGET/corpus},
 * where the next run goes on, and findings in {@code target/fuzz/TARGET/findings}.
 */
final class Fuzzer {
  /** Distinct by their stack traces. */
  private static final int FINDINGS_MAX = 20;

  /** An input that takes longer has found a hang. */
  private static final int INPUT_SECONDS_MAX = 10;

  private static final int INPUT_BYTES_MAX = 8192;

  /** On a busy machine; a JVM that is not done then waits for something. */
  private static final Duration START_AND_END_MAX = Duration.ofMinutes(3);

  /** A parser that takes more for such an input has no bound. */
  private static final int HEAP_MEGABYTES = 512;

  private static final String SANITIZERS = "com.code_intelligence.jazzer.sanitizers.";

  private static final String TEMPORARY = "tmp";

  private static final Pattern EXECUTIONS =
      Pattern.compile("stat::number_of_executed_units: (\\d+)");
  private static final Pattern FINDING =
      Pattern.compile("Test unit written to .*(crash|timeout|oom)-");

  private final Path home;
  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private @Nullable EmbeddedPostgres postgres;

  private Fuzzer(Path home) {
    this.home = home.toAbsolutePath();
  }

  /** A fuzzer with its files in the directory of this module; closed when this JVM ends. */
  static Fuzzer in(Path home) {
    Fuzzer fuzzer = new Fuzzer(home);
    Runtime.getRuntime().addShutdownHook(new Thread(fuzzer::close));
    return fuzzer;
  }

  /** Fuzzes a target for so long, the start of its JVM not counted. */
  Outcome run(String name, Duration time) throws IOException, InterruptedException {
    Path work = home.resolve("target/fuzz").resolve(name);
    Path corpus = Files.createDirectories(work.resolve("corpus"));
    Path findings = Files.createDirectories(work.resolve("findings"));
    Files.createDirectories(work.resolve(TEMPORARY));
    Path log = work.resolve("log");
    List<String> command = new ArrayList<>(command(name, time, findings));
    command.add(corpus.toString());
    for (String target : name.equals(Targets.EVERY) ? Targets.names() : Set.of(name)) {
      command.add(home.resolve("corpus").resolve(target).toString());
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    if (name.equals(Targets.REQUESTS) || name.equals(Targets.EVERY)) {
      builder.environment().putAll(database());
    }
    long startMillis = System.currentTimeMillis();
    await(builder.start(), time.plus(START_AND_END_MAX));
    long seconds = (System.currentTimeMillis() - startMillis) / 1000;
    String said = Files.readString(log, ISO_8859_1);
    int found = (int) FINDING.matcher(said).results().count();
    return new Outcome(name, executions(said, log), seconds, found, files(corpus));
  }

  private void await(Process process, Duration time) throws InterruptedException {
    running.add(process);
    if (!process.waitFor(time.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    running.remove(process);
  }

  /** The last count: there is one more for each finding. */
  private static long executions(String said, Path log) throws IOException {
    return EXECUTIONS
        .matcher(said)
        .results()
        .mapToLong(result -> Long.parseLong(result.group(1)))
        .max()
        .orElseThrow(() -> new IOException("fuzzing did not end as it should, see " + log));
  }

  private List<String> command(String name, Duration time, Path findings) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx" + HEAP_MEGABYTES + "m",
        "-XX:+UseSerialGC",
        "-XX:-OmitStackTraceInFastThrow",
        "-Djava.io.tmpdir=" + TEMPORARY, // the fuzzer ends without removing what is in it
        "-cp",
        classPath(),
        "com.code_intelligence.jazzer.Jazzer",
        "--target_class=" + Harness.class.getName(),
        "--target_args=" + name,
        "--instrumentation_includes=io.annals.**",
        "--custom_hook_includes=io.annals.**",
        "--disabled_hooks=" + SANITIZERS + "ServerSideRequestForgery", // targets connect
        "--keep_going=" + FINDINGS_MAX,
        "--reproducer_path=" + findings,
        "-artifact_prefix=" + findings + File.separator,
        "-max_total_time=" + time.toSeconds(),
        "-timeout=" + INPUT_SECONDS_MAX,
        "-max_len=" + INPUT_BYTES_MAX,
        "-rss_limit_mb=0",
        "-print_final_stats=1");
  }

  /** With absolute paths, as the fuzzer works in a directory of its own. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The variables that name the database. */
  private synchronized Map<String, String> database() throws IOException {
    EmbeddedPostgres database = postgres;
    if (database == null) {
      database = EmbeddedPostgres.start(home.resolve("target/postgres"));
      postgres = database;
    }
    return Map.of(
        "ANNALS_POSTGRES_URI", database.uri(),
        "ANNALS_POSTGRES_USER", database.user(),
        "ANNALS_POSTGRES_PASSWORD", database.password());
  }

  private static int files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return (int) files.count();
    }
  }

  /** Ends what runs. */
  private synchronized void close() {
    running.forEach(Process::destroyForcibly);
    if (postgres != null) {
      try {
        postgres.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
