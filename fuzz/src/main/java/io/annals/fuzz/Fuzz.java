package io.annals.fuzz;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The command: fuzzes each target for a time, one after the other, and prints what came of it. */
public final class Fuzz {
  private Fuzz() {}

  /**
   * Runs it; ends with status 1 if there are findings.
   *
   * @param arguments the seconds for each target, and the names of targets; without names, all
   */
  public static void main(String[] arguments) throws Exception {
    Duration each = Duration.ofSeconds(Long.parseLong(arguments[0]));
    List<String> names = new ArrayList<>(List.of(arguments).subList(1, arguments.length));
    if (names.isEmpty()) {
      names.addAll(Targets.names());
    }
    System.out.println(Outcome.HEADING);
    boolean isClean = true;
    Fuzzer fuzzer = Fuzzer.in(Path.of("fuzz"));
    for (String name : names) {
      Outcome outcome = fuzzer.run(name, each);
      System.out.println(outcome);
      isClean &= outcome.findings() == 0;
    }
    System.exit(isClean ? 0 : 1);
  }
}
