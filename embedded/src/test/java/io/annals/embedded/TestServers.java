package io.annals.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What the tests do with directories and databases. */
final class TestServers {
  private TestServers() {}

  /** A new data directory that shares unpacked binaries: unpacking is tested once. */
  static Path home(Path parent, String name) throws IOException {
    Path shared = Files.createDirectories(parent.resolve("shared"));
    Path binaries = Binaries.unpack(Platform.current(), shared);
    Path home = Files.createDirectory(parent.resolve(name));
    Files.createSymbolicLink(home.resolve(binaries.getFileName()), binaries.toRealPath());
    return home;
  }

  static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    return connect(postgres.uri(), postgres.password());
  }

  static Connection connect(String uri, String password) throws SQLException {
    return DriverManager.getConnection("jdbc:" + uri, "annals", password);
  }

  static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static String query(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  static long postmasterPid(Path home) throws IOException {
    return PostmasterFile.read(home.resolve("pgdata")).orElseThrow().pid();
  }

  /** Whether a process lives; one that is dead, but not yet collected, has no command. */
  static boolean lives(long pid) {
    return ProcessHandle.of(pid).flatMap(process -> process.info().command()).isPresent();
  }
}
