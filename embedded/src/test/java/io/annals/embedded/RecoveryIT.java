package io.annals.embedded;

import static io.annals.embedded.TestServers.connect;
import static io.annals.embedded.TestServers.execute;
import static io.annals.embedded.TestServers.lives;
import static io.annals.embedded.TestServers.postmasterPid;
import static io.annals.embedded.TestServers.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What happens when something is killed, left over, broken or in the way. */
class RecoveryIT {
  @TempDir static Path parent;

  private Path home = parent;

  @BeforeEach
  void makeHome(TestInfo test) throws IOException {
    home = TestServers.home(parent, test.getTestMethod().orElseThrow().getName());
  }

  @Test
  void killedOwner_leavesAServerThatIsReplaced() throws Exception {
    long left;
    try (OwnerProcess owner = new OwnerProcess(EmbeddedPostgres.class, home)) {
      String uri = owner.answer();
      String password = Files.readString(home.resolve("password")).strip();
      try (Connection connection = connect(uri, password)) {
        connection.createStatement().execute("create table t as select 42 n");
        owner.kill();
        left = postmasterPid(home);
        assertThat(lives(left)).isTrue();
      }
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
      assertThat(lives(left)).isFalse();
      assertThat(postmasterPid(home)).isNotEqualTo(left);
      assertThat(query(postgres, "select n from t")).isEqualTo("42");
    }
  }

  @Test
  void killedServer_isNoticedAndRecovers() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
      execute(postgres, "create table t as select 42 n");
      ProcessHandle server = ProcessHandle.of(postmasterPid(home)).orElseThrow();
      server.destroyForcibly();
      assertThat(Waiting.until(Duration.ofSeconds(10), () -> !postgres.isRunning())).isTrue();
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
      assertThat(query(postgres, "select n from t")).isEqualTo("42");
    }
  }

  @Test
  void killedServer_isStartedAgainAtItsAddress_timeAfterTime() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home).keepRunning()) {
      execute(postgres, "create table t as select 42 n");
      String uri = postgres.uri();
      for (int i = 0; i < 3; i++) {
        ProcessHandle killed = ProcessHandle.of(postmasterPid(home)).orElseThrow();
        killed.destroyForcibly();
        killed.onExit().join();
        assertThat(Waiting.until(Duration.ofSeconds(60), postgres::isRunning)).isTrue();
        assertThat(postgres.uri()).isEqualTo(uri);
        assertThat(query(postgres, "select n from t")).isEqualTo("42");
      }
    }
  }

  @Test
  void closedServer_isNotStartedAgain() throws Exception {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(home).keepRunning();
    postgres.close();
    postgres.restart();
    assertThat(postgres.isRunning()).isFalse();
    EmbeddedPostgres.start(home).close(); // which the first would keep from starting
  }

  @Test
  void usedAgainProcessId_belongsToNobodyWeStop() throws Exception {
    EmbeddedPostgres.start(home).close();
    Process unrelated = new ProcessBuilder("sleep", "600").start();
    try {
      writePidFile(unrelated.pid());
      try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
        assertThat(query(postgres, "select 1")).isEqualTo("1");
        assertThat(unrelated.isAlive()).isTrue();
      }
      assertThat(unrelated.isAlive()).isTrue();
    } finally {
      unrelated.destroyForcibly();
    }
  }

  @Test
  void serverOfAnotherDirectory_isNobodyWeStop() throws Exception {
    EmbeddedPostgres.start(home).close();
    Path otherHome = TestServers.home(parent, "other");
    try (EmbeddedPostgres other = EmbeddedPostgres.start(otherHome)) {
      writePidFile(postmasterPid(otherHome));
      try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
        assertThat(query(postgres, "select 1")).isEqualTo("1");
        assertThat(query(other, "select 1")).isEqualTo("1");
      }
    }
  }

  @Test
  void secondOwner_isRefused() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
      String path = home.toRealPath().toString();
      assertThatThrownBy(() -> EmbeddedPostgres.start(home))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use by another Annals")
          .hasMessageContaining(path);
      // After the refusal above, which must not have given the directory free.
      try (OwnerProcess second = new OwnerProcess(EmbeddedPostgres.class, home)) {
        assertThat(second.answer())
            .contains("in use by another Annals", path, "process " + ProcessHandle.current().pid());
      }
      assertThat(query(postgres, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void interruptedInitdb_isBegunAgain() throws Exception {
    Path halfway = Files.createDirectories(home.resolve("pgdata.incomplete-123/base/1"));
    Files.writeString(home.resolve("pgdata.incomplete-123/PG_VERSION"), "18\n");
    Path unpacking = Files.createDirectories(home.resolve("postgres-18.6.0.incomplete-456/bin"));
    Files.writeString(home.resolve("password"), "made-before-initdb-was-killed\n");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
      assertThat(query(postgres, "select 1")).isEqualTo("1");
      assertThat(postgres.password()).isEqualTo("made-before-initdb-was-killed");
    }
    assertThat(halfway).doesNotExist();
    assertThat(unpacking).doesNotExist();
  }

  @Test
  void takenPort_isTriedOnlyOnce() throws Exception {
    EmbeddedPostgres.start(home).close();
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket taken = new ServerSocket(0, 1, loopback)) {
      ServerLog log = ServerLog.open(home.resolve("postgres.log"));
      Path binaries = Binaries.unpack(Platform.current(), home);
      List<String> prefix = Superuser.commandPrefix(home);
      PostgresCommand command = new PostgresCommand(home, binaries, prefix, log);
      int free = Ports.free();
      Deque<Integer> ports = new ArrayDeque<>(List.of(taken.getLocalPort(), free));
      Launch launch = new Launch(home.resolve("pgdata"), command, log, ports::pop);
      Postmaster postmaster = launch.start();
      assertThat(launch.port()).isEqualTo(free);
      postmaster.stop();
    }
  }

  @Test
  void brokenSettings_areNamedAndNothingIsLeft() throws Exception {
    EmbeddedPostgres.start(home).close();
    Path settings = home.resolve("pgdata/postgresql.conf");
    String working = Files.readString(settings);
    Files.writeString(settings, "no_such_setting = 1\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> EmbeddedPostgres.start(home))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("PostgreSQL did not start")
        .hasMessageContaining(home.resolve("postgres.log").toString())
        .hasMessageContaining("no_such_setting")
        .message()
        .hasLineCount(1);
    Files.writeString(settings, working);
    EmbeddedPostgres.start(home).close();
  }

  @Test
  void dataOfAnotherVersion_isRefused() throws Exception {
    Files.writeString(Files.createDirectory(home.resolve("pgdata")).resolve("PG_VERSION"), "17\n");
    assertThatThrownBy(() -> EmbeddedPostgres.start(home))
        .hasMessageContaining("PostgreSQL 17")
        .hasMessageContaining("pg_upgrade");
  }

  @Test
  void lostPassword_isNotReplacedInSilence() throws Exception {
    EmbeddedPostgres.start(home).close();
    Files.delete(home.resolve("password"));
    assertThatThrownBy(() -> EmbeddedPostgres.start(home))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(home.resolve("password").toString());
  }

  @Test
  void unusableDirectory_isNamed() throws Exception {
    Path file = Files.createFile(home.resolve("file"));
    for (Path unusable : List.of(file, file.resolve("below"))) {
      assertThatThrownBy(() -> EmbeddedPostgres.start(unusable))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("PostgreSQL cannot use " + unusable);
    }
  }

  /** As a killed server leaves it. */
  private void writePidFile(long pid) throws IOException {
    Path data = home.resolve("pgdata");
    List<String> lines = new ArrayList<>(List.of(Long.toString(pid), data.toString()));
    lines.addAll(List.of("1795240951", "5999", "", "127.0.0.1", "  2146406         6", "ready   "));
    Files.write(data.resolve("postmaster.pid"), lines);
  }
}
