package io.annals.faults;

import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Something bad that happens to servers while they are used.
 *
 * @param name what is done, for people
 * @param place where it happens; faults of the same place in a row happen to the same servers
 * @param crew who writes meanwhile
 * @param times how often it happens; 0 leaves it out
 * @param recoveryMillisMax how long after it some may still not be served
 * @param strike what is done; over when it returns
 */
record Fault(
    String name,
    Place place,
    Supplier<Crew> crew,
    int times,
    int recoveryMillisMax,
    Strike strike) {

  /**
   * Where it happens.
   *
   * @param name also of its directory
   * @param opening starts servers and their databases there
   */
  record Place(String name, Opening opening) {
    static final Place POSTGRES = new Place("postgres", Site::onPostgres);
    static final Place OWN_POSTGRES = new Place("own-postgres", Site::onItsOwn);
    static final Place SMALL_DISK = new Place("small-disk", Site::onSmallDisk);
    static final Place CASSANDRA = new Place("cassandra", Site::onCassandra);
    static final Place CASSANDRA_NODES = new Place("cassandra-nodes", Site::onCassandraNodes);
  }

  /** Opens a site under a directory. */
  @FunctionalInterface
  interface Opening {
    Site open(Path directory) throws Exception;
  }

  /** Does what is bad, and says what must hold for this fault only. */
  @FunctionalInterface
  interface Strike {
    void on(Site site, Load load) throws Exception;
  }

  /** One that happens while ordinary clients are served. */
  Fault(String name, Place place, int times, int recoveryMillisMax, Strike strike) {
    this(name, place, Crew::ordinary, times, recoveryMillisMax, strike);
  }

  @Override
  public String toString() {
    return name;
  }
}
