package io.annals.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.servererrors.UnauthorizedException;
import io.annals.embedded.EmbeddedCassandra.CommitlogSync;
import io.annals.embedded.EmbeddedCassandra.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What a directory and its Cassandra promise, also to those who kill one of them. */
class EmbeddedCassandraIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir static Path parent;

  private Path home = parent;

  @BeforeEach
  void nameHome(TestInfo test) {
    home = parent.resolve(test.getTestMethod().orElseThrow().getName());
  }

  @Test
  void acknowledgedRows_surviveKillAndClose() throws Exception {
    Options batch = Options.defaults().withCommitlogSync(CommitlogSync.BATCH);
    String contactPoint;
    try (EmbeddedCassandra cassandra = EmbeddedCassandra.start(home, batch)) {
      contactPoint = cassandra.contactPoint();
      try (CqlSession session = TestServers.session(cassandra)) {
        session.execute(
            "CREATE KEYSPACE k WITH replication ="
                + " {'class': 'NetworkTopologyStrategy', 'datacenter1': 1}");
        session.execute("CREATE TABLE k.t (n int PRIMARY KEY)");
        session.execute("INSERT INTO k.t (n) VALUES (1)");
        assertThat(cassandra.process().destroyForcibly()).isTrue();
      }
      assertThat(Waiting.until(SOON, () -> !cassandra.isRunning())).isTrue();
    }
    try (EmbeddedCassandra cassandra = EmbeddedCassandra.start(home, batch)) {
      assertThat(cassandra.contactPoint()).isEqualTo(contactPoint);
      try (CqlSession session = TestServers.session(cassandra)) {
        assertThat(numbers(session)).containsExactly(1);
        assertThat(setting(session, "commitlog_sync")).isEqualTo("batch");
        session.execute("INSERT INTO k.t (n) VALUES (2)");
      }
    }
    try (EmbeddedCassandra cassandra = EmbeddedCassandra.start(home);
        CqlSession session = TestServers.session(cassandra)) {
      assertThat(numbers(session)).containsExactlyInAnyOrder(1, 2);
      assertThat(setting(session, "commitlog_sync")).isEqualTo("periodic");
    }
    assertThat(home.resolve("cassandra.log")).content().contains("Cassandra shutdown complete");
  }

  @Test
  void authentication_wantsThePassword() throws Exception {
    Options options = Options.defaults().withAuthentication().asEphemeral();
    try (EmbeddedCassandra cassandra = EmbeddedCassandra.start(home, options)) {
      assertThatThrownBy(() -> TestServers.session(cassandra).close())
          .isInstanceOf(AllNodesFailedException.class);
      assertThatThrownBy(
              () ->
                  TestServers.sessionTo(cassandra)
                      .withAuthCredentials("cassandra", "wrong")
                      .build()
                      .close())
          .isInstanceOf(AllNodesFailedException.class);
      try (CqlSession session =
          TestServers.sessionTo(cassandra).withAuthCredentials("cassandra", "cassandra").build()) {
        session.execute("CREATE ROLE reader WITH LOGIN = true AND PASSWORD = 'r'");
      }
      try (CqlSession session =
          TestServers.sessionTo(cassandra).withAuthCredentials("reader", "r").build()) {
        assertThatThrownBy(() -> session.execute("CREATE ROLE writer"))
            .isInstanceOf(UnauthorizedException.class);
      }
    }
    assertThat(home).doesNotExist();
  }

  @Test
  void runningServer_isAloneAndOutOfReachOfCtrlC() throws Exception {
    EmbeddedCassandra cassandra =
        EmbeddedCassandra.start(home, Options.defaults().withHeapMib(256).asEphemeral());
    try (cassandra) {
      String path = home.toRealPath().toString();
      assertThatThrownBy(() -> EmbeddedCassandra.start(home))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use by another Annals")
          .hasMessageContaining(path)
          .message()
          .hasLineCount(1);
      try (OwnerProcess second = new OwnerProcess(EmbeddedCassandra.class, home)) {
        assertThat(second.answer()).contains("in use by another Annals", path);
      }
      String pid = Long.toString(cassandra.process().pid());
      assertThat(new ProcessBuilder("kill", "-INT", pid).start().waitFor()).isZero();
      assertThat(cassandra.contactPoint()).matches("127\\.0\\.0\\.1:\\d+");
      try (CqlSession session = TestServers.session(cassandra)) {
        Row local = session.execute("SELECT data_center, release_version FROM system.local").one();
        assertThat(local.getString("data_center")).isEqualTo(cassandra.datacenter());
        assertThat(local.getString("release_version")).startsWith("5.");
      }
    }
    cassandra.close();
    assertThat(cassandra.isRunning()).isFalse();
  }

  @Test
  void killedOwner_takesTheServerAlong() throws Exception {
    ProcessHandle orphan;
    try (OwnerProcess owner = new OwnerProcess(EmbeddedCassandra.class, home)) {
      assertThat(owner.answer()).matches("127\\.0\\.0\\.1:\\d+");
      String pid = Files.readString(home.resolve("running")).strip();
      orphan = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
      owner.kill();
    }
    // At once: the new server waits for the old one.
    try (EmbeddedCassandra cassandra = EmbeddedCassandra.start(home);
        CqlSession session = TestServers.session(cassandra)) {
      assertThat(TestServers.lives(orphan.pid())).isFalse();
      assertThat(session.execute("SELECT * FROM system.local").one()).isNotNull();
    }
    assertThat(home.resolve("cassandra.log")).content().contains("Cassandra shutdown complete");
  }

  @Test
  void takenPorts_areReplaced() throws Exception {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    Files.createDirectory(home);
    try (ServerSocket taken = new ServerSocket(0, 1, loopback)) {
      ServerLog log = ServerLog.open(home.resolve("cassandra.log"));
      CassandraCommand command =
          new CassandraCommand(home, Options.defaults(), CassandraPlace.ALONE, log);
      CassandraPorts ports = new CassandraPorts(Ports.free(), taken.getLocalPort());
      CassandraLaunch launch = new CassandraLaunch(home, command, CassandraPlace.ALONE, log, ports);
      CassandraLaunch.kill(launch.start());
      assertThat(launch.ports().storage()).isNotEqualTo(taken.getLocalPort());
    }
  }

  @Test
  void failedStart_namesTheLogAndLeavesNothing() throws Exception {
    Path inTheWay = Files.createFile(Files.createDirectory(home).resolve("data"));
    assertThatThrownBy(() -> EmbeddedCassandra.start(home))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Cassandra did not start")
        .hasMessageContaining(home.resolve("cassandra.log").toString())
        .hasMessageContaining(inTheWay.toString())
        .message()
        .hasLineCount(1);
    long pid = Long.parseLong(Files.readString(home.resolve("running")).strip());
    assertThat(TestServers.lives(pid)).isFalse();
  }

  private static List<Integer> numbers(CqlSession session) {
    return session.execute("SELECT n FROM k.t").map(row -> row.getInt("n")).all();
  }

  private static String setting(CqlSession session, String name) {
    return session
        .execute("SELECT value FROM system_views.settings WHERE name = ?", name)
        .one()
        .getString("value");
  }
}
