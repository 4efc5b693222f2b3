package io.annals.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * PostgreSQL refuses to run as root. In a user namespace that maps nobody, root's own processes see
 * themselves as nobody, with root's files but without root's privileges: what PostgreSQL wants.
 * Process ids stay the same.
 */
final class Superuser {
  private static final List<String> IN_USER_NAMESPACE = List.of("unshare", "-U");
  private static final int NOT_WRITABLE = 9;
  private static final String ADVICE = "run Annals as an ordinary user, or set ANNALS_POSTGRES_URI";

  private Superuser() {}

  /** What comes before the programs' command lines: nothing for ordinary users. */
  static List<String> commandPrefix(Path home) throws IOException {
    if (new UnixSystem().getUid() != 0) {
      return List.of();
    }
    return switch (probe(home)) {
      case 0 -> IN_USER_NAMESPACE;
      case NOT_WRITABLE ->
          throw new ServerFailure(
              "PostgreSQL runs without root's privileges, and "
                  + (home + " or a directory above it is closed to it: ")
                  + "use a data directory that root owns, or run Annals as the directory's owner");
      default ->
          throw new ServerFailure(
              "PostgreSQL refuses to run as root, and this system does not let `unshare -U` help: "
                  + ADVICE);
    };
  }

  private static int probe(Path home) throws IOException {
    List<String> script = List.of("sh", "-c", "test -w \"$1\" || exit 9", "sh", home.toString());
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(IN_USER_NAMESPACE.stream(), script.stream()).toList());
    Process process;
    try {
      process = builder.redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start();
    } catch (IOException e) {
      throw new ServerFailure(
          "PostgreSQL refuses to run as root, and the command `unshare` is missing: " + ADVICE, e);
    }
    if (!Waiting.until(Duration.ofSeconds(10), () -> !process.isAlive())) {
      process.destroyForcibly();
      return -1;
    }
    return process.exitValue();
  }
}
