package io.annals.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.embedded.EmbeddedCassandraCluster;
import io.annals.faults.Fault.Place;
import io.annals.faults.Fault.Strike;
import io.annals.faults.Sender.Form;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What happens to some of the three nodes of a Cassandra that keeps everything on each. */
final class CassandraNodeFaults {
  static final List<Fault> ALL =
      List.of(
          fault(
              "one Cassandra node of three killed (SIGKILL), started again",
              Extent.of(1, 0),
              10_000,
              CassandraNodeFaults::killAndStart),
          fault(
              "one Cassandra node of three suspended for " + Extent.of(30, 8) + " s",
              1,
              10_000,
              CassandraNodeFaults::suspend),
          fault(
              "three Cassandra nodes restarted one after the other",
              Extent.of(1, 0),
              10_000,
              CassandraNodeFaults::restartAll),
          fault(
              "two Cassandra nodes of three killed, down for " + Extent.of(12, 4) + " s",
              1,
              30_000,
              CassandraNodeFaults::killTwo));

  /** How long answers to what was stored before may be under way. */
  private static final int ANSWERS_MILLIS = 500;

  /** Three nodes leave a small machine little: what starts would wait for what is written. */
  private static final int PAUSE_MILLIS = 1_500;

  private CassandraNodeFaults() {}

  private static Fault fault(String name, int times, int recoveryMillisMax, Strike strike) {
    return new Fault(
        name, Place.CASSANDRA_NODES, CassandraNodeFaults::crew, times, recoveryMillisMax, strike);
  }

  private static Crew crew() {
    return Crew.ordinary().paced(PAUSE_MILLIS);
  }

  private static void killAndStart(Site site, Load load) throws Exception {
    EmbeddedCassandraCluster cassandra = site.the(EmbeddedCassandraCluster.class);
    kill(cassandra, 2);
    load.run(Extent.of(2_000, 1_000));
    cassandra.restart(2);
  }

  /** Node 3: no server was told of it first. */
  private static void suspend(Site site, Load load) throws Exception {
    EmbeddedCassandraCluster cassandra = site.the(EmbeddedCassandraCluster.class);
    List<ProcessHandle> node = List.of(cassandra.node(3).process());
    long refused = load.tally().refused.sum();
    ServerProcess.signal("STOP", node);
    try {
      load.run(Extent.of(30_000, 8_000));
    } finally {
      ServerProcess.signal("CONT", node);
    }
    assertThat(load.tally().refused.sum()).as("refused").isEqualTo(refused);
  }

  private static void restartAll(Site site, Load load) throws Exception {
    EmbeddedCassandraCluster cassandra = site.the(EmbeddedCassandraCluster.class);
    for (int number = 1; number <= Site.NODES; number++) {
      cassandra.restart(number);
      load.run(1_000);
    }
  }

  /** Nothing that one node alone has is acknowledged. */
  private static void killTwo(Site site, Load load) throws Exception {
    EmbeddedCassandraCluster cassandra = site.the(EmbeddedCassandraCluster.class);
    kill(cassandra, 1);
    kill(cassandra, 3);
    load.run(ANSWERS_MILLIS);
    Map<Sender, Long> acknowledged = ofActivity(load);
    load.run(Extent.of(12_000, 4_000));
    assertThat(ofActivity(load)).isEqualTo(acknowledged);
    cassandra.restart(1);
    cassandra.restart(3);
  }

  private static void kill(EmbeddedCassandraCluster cassandra, int number) {
    ProcessHandle node = cassandra.node(number).process();
    node.destroyForcibly();
    node.onExit().join();
  }

  /** Whoever sends slowly is told at the end what was stored long before. */
  private static Map<Sender, Long> ofActivity(Load load) {
    return load.ledger().copy().entrySet().stream()
        .filter(entry -> entry.getKey().stream().isActivity())
        .filter(entry -> entry.getKey().form() != Form.SLOW_LINES)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
