package io.annals.faults;

import io.annals.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A PostgreSQL that can be killed and started again, reached by Annals through a {@link Link}. */
final class Postgres implements Closeable {
  private final Path directory;
  private final Link link;
  private EmbeddedPostgres running;

  Postgres(Path directory) throws IOException {
    this.directory = directory;
    running = EmbeddedPostgres.start(directory);
    link = new Link(port());
  }

  private int port() {
    return URI.create(running.uri()).getPort();
  }

  Link link() {
    return link;
  }

  /** What Annals has to know of it. */
  Map<String, String> settings() {
    return Map.of(
        "ANNALS_POSTGRES_URI",
        running.uri().replace(":" + port(), ":" + link.port()),
        "ANNALS_POSTGRES_USER",
        running.user(),
        "ANNALS_POSTGRES_PASSWORD",
        running.password());
  }

  /** A superuser's connection, past the link. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:" + running.uri(), running.user(), running.password());
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Ends every connection of Annals. */
  void terminateConnections() throws SQLException {
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE application_name LIKE 'annals%'");
  }

  /** Kills all of it at once, as the system does that runs out of memory. */
  void kill() throws Exception {
    ServerProcess.signal("KILL", processes());
  }

  /** The processes that it consists of just now. */
  List<ProcessHandle> processes() throws IOException {
    return processes(directory);
  }

  /** The processes of the PostgreSQL that keeps its data in this directory. */
  static List<ProcessHandle> processes(Path directory) throws IOException {
    Path pidFile = directory.resolve("pgdata").resolve("postmaster.pid");
    long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
    return ProcessHandle.of(pid)
        .map(postmaster -> Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList())
        .orElse(List.of());
  }

  boolean isRunning() {
    return running.isRunning();
  }

  /** Starts it again after it died. */
  void restart() throws IOException {
    running.close();
    running = EmbeddedPostgres.start(directory);
    link.leadTo(port());
  }

  @Override
  public void close() throws IOException {
    try (link) {
      running.closeImmediately();
    }
  }
}
