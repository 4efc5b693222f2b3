package io.annals.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PostgreSQL server's first process, whoever started it. */
final class Postmaster {
  private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);
  private static final Duration FAST_STOP_AT_MOST = Duration.ofSeconds(30);
  private static final Duration IMMEDIATE_STOP_AT_MOST = Duration.ofSeconds(15);
  private static final Path PROC = Path.of("/proc");

  private final ProcessHandle process;
  private final Path data;
  private final PostgresCommand command;

  private Postmaster(ProcessHandle process, Path data, PostgresCommand command) {
    this.process = process;
    this.data = data;
    this.command = command;
  }

  /** The living server of a data directory, if the process that is said to be one really is. */
  static Optional<Postmaster> find(Path data, PostgresCommand command) throws IOException {
    return named(data, command).filter(postmaster -> serves(postmaster.process, data));
  }

  /** The living process that a data directory names as its server. */
  static Optional<Postmaster> named(Path data, PostgresCommand command) throws IOException {
    return PostmasterFile.read(data)
        .flatMap(file -> ProcessHandle.of(file.pid()))
        .map(process -> new Postmaster(process, data, command))
        .filter(Postmaster::isAlive);
  }

  long pid() {
    return process.pid();
  }

  /** A server that nobody collects (Annals as a container's first process) is dead all the same. */
  boolean isAlive() {
    return process.isAlive() && !isZombie();
  }

  /** Ends the server: transactions are rolled back, and what was committed is on disk. */
  void stop() throws IOException {
    if (endedBy("INT", FAST_STOP_AT_MOST)) {
      return;
    }
    LOG.warn("PostgreSQL (process {}) does not end: stopping it without a checkpoint", pid());
    stopImmediately();
  }

  /** Ends the server, and leaves it to its next start to bring what was committed in order. */
  void stopImmediately() throws IOException {
    if (!endedBy("QUIT", IMMEDIATE_STOP_AT_MOST)) {
      throw new ServerFailure(
          "PostgreSQL (process " + pid() + ") of " + data + " cannot be stopped: stop it by hand");
    }
  }

  private boolean endedBy(String signal, Duration atMost) throws IOException {
    if (!isAlive()) {
      return true;
    }
    try {
      // Java sends SIGTERM and SIGKILL only: to wait for all clients, or for nobody.
      command.run("pg_ctl", "kill", signal, Long.toString(pid()));
    } catch (IOException e) {
      if (isAlive()) {
        throw e;
      }
    }
    return Waiting.until(atMost, () -> !isAlive());
  }

  /**
   * Process ids are used again: only a postgres whose working directory is the data directory is
   * its server. Where that cannot be asked, its command line has to name the directory.
   */
  private static boolean serves(ProcessHandle process, Path data) {
    Path proc = PROC.resolve(Long.toString(process.pid()));
    if (!Files.isDirectory(proc)) {
      ProcessHandle.Info info = process.info();
      return info.command().filter(path -> Path.of(path).endsWith("postgres")).isPresent()
          && List.of(info.arguments().orElse(new String[0])).contains(data.toString());
    }
    try {
      return Files.readString(proc.resolve("comm")).strip().equals("postgres")
          && Files.isSameFile(proc.resolve("cwd"), data);
    } catch (IOException e) {
      // Gone, or another user's: the server is ours, as the data is.
      return false;
    }
  }

  private boolean isZombie() {
    try {
      String stat = Files.readString(PROC.resolve(pid() + "/stat"));
      // pid (name) state …, and the name may hold anything.
      return stat.startsWith(") Z", stat.lastIndexOf(')'));
    } catch (IOException e) {
      return false;
    }
  }
}
