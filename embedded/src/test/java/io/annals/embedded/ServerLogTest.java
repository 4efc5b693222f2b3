package io.annals.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerLogTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void failure_isOneLineWithTheLastLinesSince() throws IOException {
    ServerLog log = ServerLog.open(directory.resolve("postgres.log"));
    Files.writeString(log.file(), "before\n");
    long position = log.size();
    Files.writeString(log.file(), "1\n2\n3\n\n4\n5\n6\n", StandardOpenOption.APPEND);
    assertThat(log.failure("It failed", position))
        .hasMessage("It failed; its log is " + log.file() + " and ends with: 2 | 3 | 4 | 5 | 6");
    assertThat(log.failure("It failed", log.size()))
        .hasMessage("It failed; its log is " + log.file());
  }

  @Test
  void longLog_isReadFromItsEnd() throws IOException {
    ServerLog log = ServerLog.open(directory.resolve("postgres.log"));
    Files.writeString(log.file(), "x".repeat(100_000) + "\nlast\n");
    assertThat(log.since(0)).hasSizeLessThan(20_000).endsWith("last\n");
  }

  @Test
  void largeLog_isKeptOnceAndBegunAnew() throws IOException {
    Path file = ServerLog.open(directory.resolve("postgres.log")).file();
    Files.write(file, new byte[(10 << 20) + 1]);
    ServerLog log = ServerLog.open(directory.resolve("postgres.log"));
    assertThat(log.size()).isZero();
    assertThat(directory.resolve("postgres.log.1")).hasSize((10 << 20) + 1);
  }
}
