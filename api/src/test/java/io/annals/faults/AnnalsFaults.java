package io.annals.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.e2e.Answer;
import io.annals.e2e.Call;
import io.annals.e2e.Wire;
import io.annals.faults.Fault.Place;
import java.util.List;
import java.util.Objects;

/** What happens to Annals itself. */
final class AnnalsFaults {
  static final List<Fault> ALL =
      List.of(
          new Fault(
              "Annals killed (SIGKILL), started again",
              Place.POSTGRES,
              Extent.of(10, 1),
              5_000,
              AnnalsFaults::killAndStart),
          new Fault(
              "one of two servers killed (SIGKILL)",
              Place.POSTGRES,
              Extent.of(2, 1),
              5_000,
              AnnalsFaults::killOneOfTwo),
          new Fault(
              "one of two servers told to stop (SIGTERM)",
              Place.POSTGRES,
              Extent.of(2, 1),
              5_000,
              AnnalsFaults::stopOneOfTwo));

  /** With the PostgreSQL that Annals runs itself. */
  static final List<Fault> ON_ITS_OWN =
      List.of(
          new Fault(
              "Annals' own PostgreSQL killed (SIGKILL)",
              Place.OWN_POSTGRES,
              Extent.of(3, 0),
              20_000,
              (site, load) ->
                  ServerProcess.signal(
                      "KILL", Postgres.processes(site.directory().resolve("postgres")))),
          new Fault(
              "Annals killed beside its own PostgreSQL, started again",
              Place.OWN_POSTGRES,
              Extent.of(2, 0),
              10_000,
              AnnalsFaults::killAndStart));

  private AnnalsFaults() {}

  static void killAndStart(Site site, Load load) throws Exception {
    ServerProcess server = site.server();
    server.kill();
    site.remove(server);
    site.start();
  }

  private static void killOneOfTwo(Site site, Load load) throws Exception {
    site.start();
    load.run(Extent.of(1_000, 700));
    ServerProcess first = site.server();
    first.kill();
    site.remove(first);
  }

  /** Every request that was sent is answered, also by the server that has been told to stop. */
  private static void stopOneOfTwo(Site site, Load load) throws Exception {
    site.start();
    load.run(Extent.of(1_000, 700));
    ServerProcess first = site.server();
    long unanswered = load.tally().unanswered.sum();
    try (Wire wire = new Wire(first.url())) {
      first.terminate();
      awaitUnready(first);
      assertThat(get(wire, "/v1/audit-log").status()).as("unready, and serving").isEqualTo(401);
    }
    while (first.isAlive()) {
      load.run(100);
    }
    assertThat(load.tally().unanswered.sum()).as("cut off").isEqualTo(unanswered);
    site.remove(first);
  }

  private static void awaitUnready(ServerProcess server) {
    Answer ready = null;
    while (ready == null || ready.status() == 200) {
      try (Wire wire = new Wire(server.managementUrl())) {
        ready = get(wire, "/health/ready");
      }
    }
    assertThat(ready.json().getString("status")).isEqualTo("STOPPING");
  }

  private static Answer get(Wire wire, String path) {
    return Objects.requireNonNull(wire.send(Call.of("GET", path).bytes()).read("GET"));
  }
}
