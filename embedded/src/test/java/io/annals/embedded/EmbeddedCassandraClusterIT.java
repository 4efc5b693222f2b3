package io.annals.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.NodeState;
import com.datastax.oss.driver.api.core.servererrors.UnavailableException;
import io.annals.embedded.EmbeddedCassandra.CommitlogSync;
import io.annals.embedded.EmbeddedCassandra.Options;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes that hold the same, and what is left of them when some are gone. */
class EmbeddedCassandraClusterIT {
  private static final SimpleStatement SELECT =
      SimpleStatement.newInstance("SELECT n FROM k.t").setConsistencyLevel(ConsistencyLevel.QUORUM);

  private static final SimpleStatement SCHEMA =
      SimpleStatement.newInstance("SELECT schema_version FROM system.local");

  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir static Path parent;

  @Test
  void nodes_areReplicas_andComeBackWithTheirData() throws Exception {
    Path home = parent.resolve("cluster");
    Options options =
        Options.defaults().withHeapMib(192).withCommitlogSync(CommitlogSync.BATCH).asEphemeral();
    try (EmbeddedCassandraCluster cluster = EmbeddedCassandraCluster.start(home, 3, options)) {
      String contactPoints = cluster.contactPoints();
      try (CqlSession session = TestServers.session(cluster.node(1))) {
        assertThat(Waiting.until(SOON, () -> nodesUp(session) == 3)).isTrue();
        change(
            session,
            "CREATE KEYSPACE k WITH replication ="
                + " {'class': 'NetworkTopologyStrategy', 'datacenter1': 3}");
        change(session, "CREATE TABLE k.t (n int PRIMARY KEY)");
        insert(session, 1, ConsistencyLevel.ALL);
        cluster.node(3).close();
        insert(session, 2, ConsistencyLevel.QUORUM);
        assertThatThrownBy(() -> insert(session, 3, ConsistencyLevel.ALL))
            .isInstanceOf(UnavailableException.class);
        assertThat(cluster.node(2).process().destroyForcibly()).isTrue();
      }
      cluster.restart(2);
      cluster.restart(3);
      assertThat(cluster.contactPoints()).isEqualTo(contactPoints);
      try (CqlSession session = TestServers.session(cluster.node(3))) {
        assertThat(session.execute(SELECT).map(row -> row.getInt("n")).all())
            .containsExactlyInAnyOrder(1, 2);
      }
    }
    assertThat(home).doesNotExist();
  }

  private static long nodesUp(CqlSession session) {
    return session.getMetadata().getNodes().values().stream()
        .filter(node -> node.getState() == NodeState.UP)
        .count();
  }

  /** The next statement may go to a node that has not heard of this one yet. */
  private static void change(CqlSession session, String statement) throws InterruptedException {
    session.execute(statement);
    assertThat(Waiting.until(SOON, () -> schemas(session) == 1)).isTrue();
  }

  /** As each node tells it: what one says of the others is what it last heard. */
  private static long schemas(CqlSession session) {
    return session.getMetadata().getNodes().values().stream()
        .map(node -> session.execute(SCHEMA.setNode(node)).one().getUuid(0))
        .distinct()
        .count();
  }

  private static void insert(CqlSession session, int n, ConsistencyLevel consistency) {
    session.execute(
        SimpleStatement.newInstance("INSERT INTO k.t (n) VALUES (?)", n)
            .setConsistencyLevel(consistency));
  }
}
