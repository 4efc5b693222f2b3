package io.annals.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Starts a server and waits until it serves. Expects the directory's last server to be {@linkplain
 * PostmasterFile#disown disowned}: whichever process it names afterwards is the new one.
 *
 * <p>By pg_ctl and not as our child: pg_ctl gives the server a session of its own, which signals
 * from a terminal do not reach, on every system.
 */
final class Launch {
  /** Recovery after a crash replays up to a gigabyte; a server that dies is noticed at once. */
  private static final Duration READY_AT_MOST = Duration.ofMinutes(5);

  private static final int ATTEMPTS_MAX = 8;

  /** Reasons that pass: somebody took the port, or a killed server's processes are just ending. */
  private static final List<String> PASSING =
      List.of("Address already in use", "pre-existing shared memory block");

  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Path data;
  private final PostgresCommand command;
  private final ServerLog log;
  private final Ports ports;
  private int port;

  Launch(Path data, PostgresCommand command, ServerLog log, Ports ports) {
    this.data = data;
    this.command = command;
    this.log = log;
    this.ports = ports;
  }

  /** The port of the server that was started. */
  int port() {
    return port;
  }

  Postmaster start() throws IOException {
    return start(ports);
  }

  /** On the port of before, by which it is known. */
  Postmaster startAgain() throws IOException {
    int known = port;
    return start(() -> known);
  }

  private Postmaster start(Ports candidates) throws IOException {
    for (int attempt = 1; ; attempt++) {
      long position = log.size();
      port = candidates.next();
      Optional<Postmaster> ready = attempt();
      if (ready.isPresent()) {
        return ready.get();
      }
      Optional<Postmaster> unready = Postmaster.named(data, command);
      if (unready.isPresent()) {
        unready.get().stop();
      }
      if (attempt == ATTEMPTS_MAX || PASSING.stream().noneMatch(log.since(position)::contains)) {
        throw log.failure("PostgreSQL did not start on " + data, position);
      }
      Waiting.until(PAUSE, () -> false);
    }
  }

  /** pg_ctl sees a server die; that it is ready is seen sooner in the file than by pg_ctl. */
  private Optional<Postmaster> attempt() throws IOException {
    Process control =
        command.spawn(
            "pg_ctl",
            "start",
            "--silent",
            "--wait",
            "--timeout=" + READY_AT_MOST.toSeconds(),
            "--pgdata=" + data,
            "--log=" + log.file(),
            "--options=-p " + port);
    try {
      Waiting.until(READY_AT_MOST, () -> isReady() || !control.isAlive());
      return isReady() ? Postmaster.named(data, command) : Optional.empty();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      // It looks seldom: had the server been closed before it looks again, it would log a failure.
      control.destroyForcibly();
    }
  }

  private boolean isReady() {
    try {
      return PostmasterFile.read(data).filter(file -> file.isReadyOn(port)).isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
