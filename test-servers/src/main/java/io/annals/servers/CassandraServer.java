package io.annals.servers;

import io.annals.embedded.EmbeddedCassandra;
import io.annals.embedded.EmbeddedCassandra.CommitlogSync;
import io.annals.embedded.EmbeddedCassandra.Options;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.testcontainers.cassandra.CassandraContainer;

/**
 * The Cassandra of the tests. Its user may make keyspaces.
 *
 * @param contactPoints {@code host:port,host:port}; {@code annals.it.cassandra.contactPoints}
 * @param datacenter {@code annals.it.cassandra.datacenter} of a given server; need not be said if
 *     it is Cassandra's default
 * @param user {@code annals.it.cassandra.user} of a given server; null if it asks for none
 * @param password {@code annals.it.cassandra.password} of a given server; null if it asks for none
 */
public record CassandraServer(
    String contactPoints, String datacenter, @Nullable String user, @Nullable String password) {
  private static final CassandraServer SHARED = choose();

  /** The server of this JVM, started by the first call and stopped when the JVM ends. */
  public static CassandraServer shared() {
    return SHARED;
  }

  private static CassandraServer choose() {
    String contactPoints = ServerChoice.property("cassandra.contactPoints");
    if (contactPoints != null) {
      String datacenter = ServerChoice.property("cassandra.datacenter");
      return new CassandraServer(
          contactPoints,
          datacenter == null ? "datacenter1" : datacenter,
          ServerChoice.property("cassandra.user"),
          ServerChoice.property("cassandra.password"));
    }
    return ServerChoice.inContainers() ? container() : embedded();
  }

  private static CassandraServer embedded() {
    Options options = Options.defaults().withCommitlogSync(CommitlogSync.BATCH).asEphemeral();
    EmbeddedCassandra cassandra =
        ServerChoice.embedded(
            "cassandra",
            directory -> EmbeddedCassandra.start(directory, options),
            EmbeddedCassandra::close);
    return new CassandraServer(cassandra.contactPoint(), cassandra.datacenter(), null, null);
  }

  /** Testcontainers itself removes the container when the JVM ends. */
  private static CassandraServer container() {
    CassandraContainer cassandra = new CassandraContainer("cassandra:5.0");
    cassandra.start();
    InetSocketAddress address = cassandra.getContactPoint();
    return new CassandraServer(
        address.getHostString() + ":" + address.getPort(),
        cassandra.getLocalDatacenter(),
        null,
        null);
  }
}
