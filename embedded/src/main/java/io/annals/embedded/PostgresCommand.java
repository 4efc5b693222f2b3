package io.annals.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs PostgreSQL's own programs; what they print goes to the server's log. */
final class PostgresCommand {
  private static final Duration AT_MOST = Duration.ofMinutes(5);

  private final Path home;
  private final Path binaries;
  private final ServerLog log;
  private final List<String> prefix;

  PostgresCommand(Path home, Path binaries, List<String> prefix, ServerLog log) {
    this.home = home;
    this.binaries = binaries;
    this.log = log;
    this.prefix = prefix;
  }

  /** Runs a program to its end, and fails if it does. */
  void run(String program, String... arguments) throws IOException {
    runWithInput("", program, arguments);
  }

  /** As {@link #run}, with something to read. */
  void runWithInput(String input, String program, String... arguments) throws IOException {
    long position = log.size();
    Process process = spawn(program, arguments);
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // The program went before it read: its exit code and its last words tell more than this.
    }
    if (!Waiting.until(AT_MOST, () -> !process.isAlive())) {
      process.destroyForcibly();
      throw log.failure(
          "PostgreSQL's " + program + " took more than " + AT_MOST.toMinutes() + " min", position);
    }
    if (process.exitValue() != 0) {
      throw log.failure(
          "PostgreSQL's " + program + " failed with exit code " + process.exitValue(), position);
    }
  }

  /** Starts a program. */
  Process spawn(String program, String... arguments) throws IOException {
    List<String> line = new ArrayList<>(prefix);
    line.add(binaries.resolve("bin").resolve(program).toString());
    line.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.file().toFile()));
    // The server is set up by its files alone, and Annals' secrets are none of its business.
    builder.environment().keySet().removeIf(k -> k.startsWith("PG") || k.startsWith("ANNALS_"));
    // The texts that Launch looks for in the log.
    builder.environment().put("LC_ALL", "C");
    return builder.start();
  }
}
