package io.annals.faults;

import io.annals.faults.Fault.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nothing that was acknowledged is lost or stored twice, whatever happens. With {@code
 * -Dannals.it.fault=TEXT} only what has this text in its name happens.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {
  private static final Path DIRECTORY = Path.of("target", "faults").toAbsolutePath();

  private static final String ONLY = System.getProperty("annals.it.fault", "");

  private final Report report = new Report();
  private @Nullable Place place;
  private @Nullable Site site;

  /** Those of one place together. */
  static Stream<Fault> faults() {
    return Stream.of(
            AnnalsFaults.ALL,
            PostgresFaults.ALL,
            ClientFaults.ALL,
            PostgresFaults.ON_A_SMALL_DISK,
            AnnalsFaults.ON_ITS_OWN,
            CassandraFaults.ALL,
            CassandraNodeFaults.ALL)
        .flatMap(List::stream)
        .filter(fault -> fault.times() > 0 && fault.name().contains(ONLY));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void fault_costsNoAcknowledgedEvent(Fault fault) throws Exception {
    boolean passed = false;
    try {
      Row row = new Trial(at(fault.place()), fault).run();
      report.add(row);
      row.check();
      passed = true;
    } finally {
      if (!passed) {
        closeSite(); // whatever is wrong with it, the next fault finds a new one
      }
    }
  }

  /** The servers of this place, which stay for the next fault. */
  private Site at(Place next) throws Exception {
    if (site == null || !next.equals(place)) {
      closeSite();
      site = next.opening().open(DIRECTORY.resolve(next.name()));
      place = next;
    }
    return site;
  }

  private void closeSite() throws IOException {
    Site last = site;
    site = null;
    if (last != null) {
      last.close();
    }
  }

  @AfterAll
  void close() throws IOException {
    closeSite();
    report.write();
  }
}
