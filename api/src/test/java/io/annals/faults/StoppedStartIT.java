package io.annals.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is told to stop before it serves. */
class StoppedStartIT {
  private static final int HEAP_MIB = 128;
  private static final int STOP_SECONDS_MAX = 45;

  @TempDir Path directory;

  @Test
  void serverThatIsStoppedWhileItStarts_leavesNoDatabaseRunning() throws Exception {
    Map<String, String> settings =
        Map.of(
            "ANNALS_HTTP_PORT", "0",
            "ANNALS_MANAGEMENT_PORT", "0",
            "ANNALS_DATA_DIR", directory.toString());
    Path postmaster = directory.resolve("postgres").resolve("pgdata").resolve("postmaster.pid");
    for (int afterMillis : new int[] {0, 300, 900}) { // the first one makes the database, too
      Process starting = ServerProcess.launch(HEAP_MIB, settings, directory.resolve("server.log"));
      try {
        Eventually.within(60, () -> assertThat(Files.exists(postmaster)).isTrue());
        Thread.sleep(afterMillis);
        starting.destroy();
        assertThat(starting.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        assertThat(postmaster).doesNotExist();
      } finally {
        starting.destroyForcibly();
      }
    }
  }
}
