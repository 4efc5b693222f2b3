package io.annals.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.faults.Fault.Place;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What happens to a PostgreSQL, and to the network between. */
final class PostgresFaults {
  static final List<Fault> ALL =
      List.of(
          new Fault(
              "PostgreSQL killed (SIGKILL), started again",
              Place.POSTGRES,
              Extent.of(3, 1),
              15_000,
              PostgresFaults::killAndStart),
          new Fault(
              "all connections ended by PostgreSQL",
              Place.POSTGRES,
              Extent.of(5, 2),
              5_000,
              (site, load) -> site.the(Postgres.class).terminateConnections()),
          new Fault(
              "tables locked for " + Extent.of(30, 5) + " s",
              Place.POSTGRES,
              1,
              15_000,
              PostgresFaults::lock),
          new Fault(
              "no connection left for Annals for " + Extent.of(8, 4) + " s",
              Place.POSTGRES,
              1,
              15_000,
              PostgresFaults::useUpConnections),
          new Fault(
              "network silent for " + Extent.of(15, 4) + " s",
              Place.POSTGRES,
              1,
              15_000,
              PostgresFaults::silence),
          new Fault(
              "connections forgotten by the network, nobody told",
              Place.POSTGRES,
              Extent.of(3, 0),
              25_000, // by default a statement's 10 s are waited for, and found out after 15 s
              (site, load) -> site.the(Postgres.class).link().forget()),
          new Fault(
              "PostgreSQL suspended (SIGSTOP) for " + Extent.of(15, 4) + " s, flood",
              Place.POSTGRES,
              Crew::flood,
              1,
              30_000,
              PostgresFaults::suspend),
          new Fault(
              "PostgreSQL ten times slower for " + Extent.of(12, 6) + " s, flood",
              Place.POSTGRES,
              Crew::flood,
              1,
              30_000,
              PostgresFaults::slowDown));

  private static final Fault FULL_DISK =
      new Fault(
          "disk of PostgreSQL full for " + Extent.of(6, 4) + " s",
          Place.SMALL_DISK,
          Extent.of(2, 1),
          30_000,
          PostgresFaults::fillDisk);

  /** None where no disk can be mounted. */
  static final List<Fault> ON_A_SMALL_DISK =
      SmallDisk.isPossible() ? List.of(FULL_DISK) : List.of();

  private PostgresFaults() {}

  private static void killAndStart(Site site, Load load) throws Exception {
    Postgres postgres = site.the(Postgres.class);
    postgres.kill();
    load.run(Extent.of(1_000, 300));
    postgres.restart();
  }

  private static void lock(Site site, Load load) throws Exception {
    try (Connection connection = site.the(Postgres.class).connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "LOCK TABLE annals.credential_audit, annals.audit_events, annals.audit_log,"
              + " annals.activity IN ACCESS EXCLUSIVE MODE");
      load.run(Extent.of(30_000, 5_000));
      connection.rollback();
    }
  }

  /** Annals loses its connections, and finds that others have taken their places. */
  private static void useUpConnections(Site site, Load load) throws Exception {
    Postgres postgres = site.the(Postgres.class);
    postgres.link().refuse(true);
    List<Connection> taken = new ArrayList<>();
    try {
      takeAll(postgres, taken);
      postgres.link().refuse(false);
      long refused = load.tally().refused.sum();
      load.run(Extent.of(8_000, 4_000));
      assertThat(load.tally().refused.sum()).isGreaterThan(refused);
    } finally {
      for (Connection connection : taken) {
        connection.close();
      }
    }
  }

  /** Also the places of those that were cut and end a little later. */
  private static void takeAll(Postgres postgres, List<Connection> taken) throws Exception {
    long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    while (System.nanoTime() < endNanos) {
      try {
        taken.add(postgres.connect());
      } catch (SQLException full) {
        Thread.sleep(50);
      }
    }
  }

  private static void suspend(Site site, Load load) throws Exception {
    suspend(site.the(Postgres.class).processes(), load);
  }

  /** Stops these processes for a while; what a server has no room for is refused. */
  static void suspend(List<ProcessHandle> processes, Load load) throws Exception {
    ServerProcess.signal("STOP", processes);
    try {
      load.run(Extent.of(15_000, 4_000));
    } finally {
      ServerProcess.signal("CONT", processes);
    }
  }

  /** A tenth of what goes through without a limit. */
  private static void slowDown(Site site, Load load) throws Exception {
    Link link = site.the(Postgres.class).link();
    long bytes = link.passedBytes();
    load.run(2_000);
    link.limit((link.passedBytes() - bytes) / 2 / 10);
    long refused = load.tally().refused.sum();
    load.run(Extent.of(12_000, 6_000));
    assertThat(load.tally().refused.sum()).as("refused").isGreaterThan(refused);
    link.limit(Long.MAX_VALUE);
  }

  /** Whether PostgreSQL gives up or only refuses to write, it is there again afterwards. */
  private static void fillDisk(Site site, Load load) throws Exception {
    SmallDisk disk = site.the(SmallDisk.class);
    Postgres postgres = site.the(Postgres.class);
    disk.fill();
    load.run(Extent.of(6_000, 4_000));
    disk.free();
    if (!postgres.isRunning()) {
      postgres.restart();
    }
  }

  private static void silence(Site site, Load load) throws Exception {
    Link link = site.the(Postgres.class).link();
    link.silence(true);
    load.run(Extent.of(15_000, 4_000));
    link.silence(false);
  }
}
