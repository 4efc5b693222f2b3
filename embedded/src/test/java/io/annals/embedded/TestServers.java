package io.annals.embedded;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.CqlSessionBuilder;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** What the tests do with directories and databases. */
final class TestServers {
  private static final Duration CQL_AT_MOST = Duration.ofSeconds(30);

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

  static CqlSession session(EmbeddedCassandra cassandra) {
    return sessionTo(cassandra).build();
  }

  static CqlSessionBuilder sessionTo(EmbeddedCassandra cassandra) {
    String[] hostAndPort = cassandra.contactPoint().split(":", 2);
    return CqlSession.builder()
        .addContactPoint(new InetSocketAddress(hostAndPort[0], Integer.parseInt(hostAndPort[1])))
        .withLocalDatacenter(cassandra.datacenter())
        .withConfigLoader(
            DriverConfigLoader.programmaticBuilder()
                .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, CQL_AT_MOST)
                .withBoolean(DefaultDriverOption.METADATA_SCHEMA_ENABLED, false)
                // By default every close() takes two seconds.
                .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
                .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
                .build());
  }

  static long postmasterPid(Path home) throws IOException {
    return PostmasterFile.read(home.resolve("pgdata")).orElseThrow().pid();
  }

  /** Whether a process lives; one that is dead, but not yet collected, has no command. */
  static boolean lives(long pid) {
    return ProcessHandle.of(pid).flatMap(process -> process.info().command()).isPresent();
  }
}
