package io.annals.faults;

import io.annals.embedded.EmbeddedCassandra;
import io.annals.faults.Fault.Place;
import java.util.List;

/** What happens to a Cassandra of one node. */
final class CassandraFaults {
  static final List<Fault> ALL =
      List.of(
          new Fault(
              "Cassandra suspended (SIGSTOP) for " + Extent.of(15, 4) + " s, flood",
              Place.CASSANDRA,
              Crew::flood,
              1,
              30_000,
              (site, load) ->
                  PostgresFaults.suspend(
                      List.of(site.the(EmbeddedCassandra.class).process()), load)),
          new Fault(
              "Annals killed (SIGKILL) beside Cassandra, started again",
              Place.CASSANDRA,
              Extent.of(2, 0),
              10_000,
              AnnalsFaults::killAndStart));

  private CassandraFaults() {}
}
