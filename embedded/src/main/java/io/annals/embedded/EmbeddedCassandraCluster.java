package io.annals.embedded;

import io.annals.embedded.EmbeddedCassandra.Options;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Some Cassandra nodes of one data centre on one machine, each an {@link EmbeddedCassandra} with
 * data of its own: for tests of what happens when some of them fail. Node 1 listens on 127.0.0.1,
 * node 2 on 127.0.0.2 and so on, which Linux has without being asked; all use the same ports.
 *
 * <p>A node is killed or suspended by its {@link EmbeddedCassandra#process}, drained and stopped by
 * its {@link EmbeddedCassandra#close}, and started again by {@link #restart}.
 *
 * <p>Failures are those of {@link EmbeddedCassandra}; nothing is left running by a failed start.
 * Not for several threads.
 */
public final class EmbeddedCassandraCluster implements Closeable {
  /** A node hears of another one with the next rounds of gossip, one a second. */
  private static final Duration SEEN_AT_MOST = Duration.ofMinutes(1);

  private final Path home;
  private final Options options;
  private final List<CassandraPlace> places;
  private final CassandraPorts ports;
  private final List<EmbeddedCassandra> nodes = new ArrayList<>();

  private EmbeddedCassandraCluster(
      Path home, Options options, List<CassandraPlace> places, CassandraPorts ports) {
    this.home = home;
    this.options = options;
    this.places = places;
    this.ports = ports;
  }

  /**
   * Starts the nodes one after the other, and returns when all serve clients and see each other.
   * Takes about five seconds for each. A client that knows only some of them hears of the last one
   * up to two seconds later.
   *
   * @param directory holds the directories of the nodes; made with mode 700 if missing
   * @param nodes how many; stays as it is for a directory
   * @param options of each node; if they say ephemeral, the cluster is: {@link #close} kills the
   *     nodes and deletes the directory
   */
  public static EmbeddedCassandraCluster start(Path directory, int nodes, Options options)
      throws IOException {
    Path home = DataDirectory.prepare(directory);
    List<CassandraPlace> places = CassandraPlace.ring(nodes);
    CassandraPorts ports =
        CassandraPorts.lastOrFree(home, places.stream().map(CassandraPlace::address).toList());
    EmbeddedCassandraCluster cluster = new EmbeddedCassandraCluster(home, options, places, ports);
    try {
      for (int number = 1; number <= nodes; number++) {
        cluster.nodes.add(cluster.start(number));
      }
      return cluster;
    } catch (Throwable e) {
      cluster.close();
      throw e;
    }
  }

  /** Where all nodes listen for clients, as {@code 127.0.0.1:<port>,127.0.0.2:<port>}. */
  public String contactPoints() {
    return nodes.stream().map(EmbeddedCassandra::contactPoint).collect(Collectors.joining(","));
  }

  /** The name of the only data centre, which drivers ask for. */
  public String datacenter() {
    return nodes.get(0).datacenter();
  }

  /** The node with this number, from 1; another one after each {@link #restart}. */
  public EmbeddedCassandra node(int number) {
    return nodes.get(number - 1);
  }

  /**
   * Starts a node on its own data, after stopping it if it still runs; returns when it serves
   * clients and all others that run see it. Those must not be suspended.
   */
  public void restart(int number) throws IOException {
    node(number).close();
    nodes.set(number - 1, start(number));
  }

  /** Stops all nodes and gives the directory free. Calls after the first do nothing. */
  @Override
  public void close() throws IOException {
    if (options.ephemeral()) {
      nodes.forEach(node -> node.process().destroyForcibly());
    }
    for (EmbeddedCassandra node : nodes) {
      node.close();
    }
    if (options.ephemeral()) {
      DataDirectory.delete(home);
    }
  }

  private EmbeddedCassandra start(int number) throws IOException {
    Path directory = DataDirectory.prepare(home.resolve("node" + number));
    ports.keep(directory);
    CassandraPlace place = places.get(number - 1);
    Map<ServerLog, Long> others = new HashMap<>();
    for (EmbeddedCassandra other : nodes) {
      if (other.isRunning()) {
        others.put(other.log(), other.log().size());
      }
    }
    EmbeddedCassandra node = EmbeddedCassandra.start(directory, options.asLasting(), place);
    String seen = "/" + place.address() + ":" + ports.storage() + " is now UP";
    if (!Waiting.until(SEEN_AT_MOST, () -> allSay(seen, others))) {
      node.close();
      throw new ServerFailure("The other nodes do not see node " + number + " of " + home);
    }
    return node;
  }

  private static boolean allSay(String text, Map<ServerLog, Long> sinceBytes) {
    try {
      for (Map.Entry<ServerLog, Long> log : sinceBytes.entrySet()) {
        if (!log.getKey().since(log.getValue()).contains(text)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
