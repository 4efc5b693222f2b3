package io.annals.bench;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import io.annals.embedded.EmbeddedCassandra;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** One Cassandra of one node, and one Annals that keeps its activity there. */
final class CassandraLab implements AutoCloseable {
  private static final int HEAP_MIB = 2048;

  private final Path directory;
  private final EmbeddedCassandra.Options options;
  private final Server server;
  private EmbeddedCassandra cassandra;

  /** Starts both with their data in this directory. */
  CassandraLab(
      Path directory, Server.Program program, EmbeddedCassandra.CommitlogSync commitlogSync)
      throws IOException, InterruptedException {
    this.directory = directory;
    options =
        EmbeddedCassandra.Options.defaults().withHeapMib(HEAP_MIB).withCommitlogSync(commitlogSync);
    cassandra = EmbeddedCassandra.start(directory.resolve("cassandra"), options);
    server =
        new Server(
            directory,
            program,
            Map.of(
                "ANNALS_STORAGE_ACTIVITY",
                "cassandra",
                "ANNALS_CASSANDRA_CONTACT_POINTS",
                cassandra.contactPoint()));
  }

  Server server() {
    return server;
  }

  /** Restarts the database, which writes everything in memory to its tables. */
  void flush() throws IOException, InterruptedException {
    cassandra.close();
    cassandra = EmbeddedCassandra.start(directory.resolve("cassandra"), options);
    server.awaitReady();
  }

  /** A session of the bare driver. */
  CqlSession connect() {
    String[] point = cassandra.contactPoint().split(":", 2);
    return CqlSession.builder()
        .withConfigLoader(
            DriverConfigLoader.programmaticBuilder()
                .withString(DefaultDriverOption.REQUEST_CONSISTENCY, "LOCAL_QUORUM")
                .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofSeconds(10))
                .build())
        .addContactPoint(new InetSocketAddress(point[0], Integer.parseInt(point[1])))
        .withLocalDatacenter(cassandra.datacenter())
        .withKeyspace("annals")
        .build();
  }

  @Override
  public void close() throws IOException {
    server.close();
    cassandra.close();
  }
}
