package io.annals.bench;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs the benchmarks: {@code make bench}. Prints a table of ratios and writes it as JSON. The
 * first argument is the server's jar, the second the file for the JSON, further ones are options of
 * the server's JVM.
 */
public final class Bench {
  private static final int ROUNDS = Integer.getInteger("annals.bench.rounds", 3);
  private static final int SECONDS = Integer.getInteger("annals.bench.seconds", 5);
  private static final int EVENTS = Integer.getInteger("annals.bench.events", 1_000_000);

  private Bench() {}

  /** Runs all of them. */
  public static void main(String[] args) throws Exception {
    String jar = args[0];
    Path json = Path.of(args[1]);
    List<String> jvmOptions = Arrays.asList(args).subList(2, args.length);
    Path directory = Files.createTempDirectory("annals-bench");
    Report report = new Report();
    Vertx vertx = Vertx.vertx();
    try (Lab lab = new Lab(directory, jar, jvmOptions)) {
      new IngestBench(lab, vertx, new Rounds(ROUNDS, SECONDS)).run(report);
      new PageBench(lab, vertx).run(report, EVENTS);
    } finally {
      vertx.close();
      delete(directory);
    }
    report.print(System.out);
    Files.createDirectories(json.toAbsolutePath().getParent());
    Files.writeString(json, report.json().encodePrettily());
    System.out.println("\nAs JSON: " + json);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
