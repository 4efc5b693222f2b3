package io.annals.embedded;

import static io.annals.embedded.TestServers.connect;
import static io.annals.embedded.TestServers.execute;
import static io.annals.embedded.TestServers.lives;
import static io.annals.embedded.TestServers.postmasterPid;
import static io.annals.embedded.TestServers.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a data directory and its server promise while nothing goes wrong. */
class EmbeddedPostgresIT {
  @TempDir static Path parent;

  private Path home = parent;

  @BeforeEach
  void makeHome(TestInfo test) throws IOException {
    home = TestServers.home(parent, test.getTestMethod().orElseThrow().getName());
  }

  @Test
  void emptyDirectory_servesSql() throws Exception {
    Path missing = parent.resolve("not there yet/it's here");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(missing)) {
      assertThat(postgres.isRunning()).isTrue();
      assertThat(postgres.uri()).matches("postgresql://127\\.0\\.0\\.1:\\d+/annals");
      assertThat(postgres.user()).isEqualTo("annals");
      assertThat(query(postgres, "select version()")).startsWith("PostgreSQL 18.");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(missing)))
        .isEqualTo("rwx------");
  }

  @Test
  void closedServer_keepsData() throws Exception {
    String password;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
      password = postgres.password();
      execute(postgres, "create table t as select generate_series(1, 1000) n");
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
      assertThat(query(postgres, "select count(*) from t")).isEqualTo("1000");
      assertThat(postgres.password()).isEqualTo(password);
    }
  }

  @Test
  void settings_areDurableAndPrivate() throws Exception {
    Map<String, String> expected =
        Map.ofEntries(
            Map.entry("fsync", "on"),
            Map.entry("synchronous_commit", "on"),
            Map.entry("full_page_writes", "on"),
            Map.entry("data_checksums", "on"),
            Map.entry("autovacuum", "on"),
            Map.entry("jit", "off"),
            Map.entry("server_encoding", "UTF8"),
            Map.entry("listen_addresses", "127.0.0.1"),
            Map.entry("unix_socket_directories", ""),
            Map.entry("password_encryption", "scram-sha-256"),
            Map.entry("shared_buffers", "128MB"),
            Map.entry("max_connections", "50"));
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
      for (Map.Entry<String, String> setting : expected.entrySet()) {
        assertThat(query(postgres, "show " + setting.getKey()))
            .as(setting.getKey())
            .isEqualTo(setting.getValue());
      }
      assertThat(query(postgres, "select lower('Ä') || ('a' < 'B')")).isEqualTo("äfalse");
    }
  }

  @Test
  void wrongPassword_isRefused() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
      for (String wrong : List.of("", "wrong", postgres.password() + "x")) {
        assertThatThrownBy(() -> connect(postgres.uri(), wrong).close())
            .isInstanceOf(SQLException.class);
      }
      assertThat(
              query(
                  postgres,
                  "select count(*) from pg_hba_file_rules where auth_method = "
                      + "'scram-sha-256'"))
          .isEqualTo(query(postgres, "select count(*) from pg_hba_file_rules"));
    }
  }

  @Test
  void password_isInItsFileOnly() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
      Path file = home.resolve("password");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(file).hasContent(postgres.password());
      assertThat(postgres.password()).hasSizeGreaterThanOrEqualTo(43);
      assertThat(Files.readString(home.resolve("postgres.log")))
          .doesNotContain(postgres.password());
      assertThat(ProcessHandle.allProcesses().flatMap(p -> p.info().commandLine().stream()))
          .noneMatch(line -> line.contains(postgres.password()));
    }
  }

  @Test
  void failedStatements_leaveNoCustomerDataInTheLog() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
      execute(postgres, "create table t (n text primary key)");
      execute(postgres, "insert into t values ('secret')");
      assertThatThrownBy(() -> execute(postgres, "insert into t values ('secret')"))
          .isInstanceOf(SQLException.class);
    }
    assertThat(Files.readString(home.resolve("postgres.log")))
        .contains("duplicate key")
        .doesNotContain("secret");
  }

  @Test
  void close_endsConnectionsAndTheServer() throws Exception {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(home);
    long pid = postmasterPid(home);
    try (Connection open = connect(postgres)) {
      open.setAutoCommit(false);
      open.createStatement().execute("create table t ()");
      postgres.close();
      postgres.close();
      assertThat(postgres.isRunning()).isFalse();
      assertThat(lives(pid)).isFalse();
    } catch (SQLException e) {
      // The driver's view of a server that went: it says so when the connection is closed.
      assertThat(e.getMessage()).contains("connection");
    }
    assertThat(home.resolve("pgdata/postmaster.pid")).doesNotExist();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void server_isOutOfReachOfCtrlC() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
      assertThat(postgres.isRunning()).isTrue();
      long pid = postmasterPid(home);
      // pid (name) state ppid pgrp session
      String[] stat = Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ", -1);
      assertThat(List.of(stat[4], stat[5])).containsOnly(Long.toString(pid));
    }
  }

  @Test
  void ownSettings_winOverOurs() throws Exception {
    EmbeddedPostgres.start(home).close();
    Files.writeString(
        home.resolve("pgdata/postgresql.conf"),
        "work_mem = 7MB\nmax_connections = 33\n",
        StandardOpenOption.APPEND);
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
      assertThat(query(postgres, "show work_mem")).isEqualTo("7MB");
      assertThat(query(postgres, "show max_connections")).isEqualTo("33");
    }
  }

  @Test
  void directory_holdsNothingIncomplete() throws Exception {
    EmbeddedPostgres.start(home).close();
    try (Stream<Path> files = Files.list(home)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "lock", "password", "pgdata", "postgres-" + Binaries.version(), "postgres.log");
    }
  }
}
