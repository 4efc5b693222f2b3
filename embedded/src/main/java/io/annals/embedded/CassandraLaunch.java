package io.annals.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Starts a server and waits until it serves. */
final class CassandraLaunch {
  /** The commit log of a killed server is replayed first; one that dies is noticed at once. */
  private static final Duration READY_AT_MOST = Duration.ofMinutes(5);

  private static final int ATTEMPTS_MAX = 4;

  /** Somebody was faster: as told by the port for clients, and by that for other nodes. */
  private static final List<String> PORT_TAKEN =
      List.of("Failed to bind port", "is in use by another process");

  private final Path home;
  private final CassandraCommand command;
  private final List<String> addresses;
  private final ServerLog log;
  private CassandraPorts ports;

  CassandraLaunch(
      Path home,
      CassandraCommand command,
      CassandraPlace place,
      ServerLog log,
      CassandraPorts ports) {
    this.home = home;
    this.command = command;
    addresses = List.of(place.address());
    this.log = log;
    this.ports = ports;
  }

  /** The ports of the server that was started. */
  CassandraPorts ports() {
    return ports;
  }

  Process start() throws IOException {
    Path ready = home.resolve(CassandraMain.READY);
    for (int attempt = 1; ; attempt++) {
      long position = log.size();
      Files.deleteIfExists(ready);
      Process process = command.spawn(ports);
      Waiting.until(READY_AT_MOST, () -> Files.exists(ready) || !process.isAlive());
      if (Files.exists(ready) && process.isAlive()) {
        return process;
      }
      kill(process);
      if (attempt == ATTEMPTS_MAX || PORT_TAKEN.stream().noneMatch(log.since(position)::contains)) {
        throw log.failure("Cassandra did not start on " + home, position);
      }
      ports = CassandraPorts.free(home, addresses);
    }
  }

  /** Returns when it is dead; nothing survives this signal for long. */
  static void kill(Process process) {
    process.destroyForcibly().onExit().join();
  }
}
