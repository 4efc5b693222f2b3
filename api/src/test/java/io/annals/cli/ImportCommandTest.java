package io.annals.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.cli.imports.FakeAnnals;
import io.annals.cli.imports.Patience;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ImportCommandTest {
  private static final String TENANT = "5f8e0a52-95b6-4a24-8a39-d8d7f3a3a4d1";
  private static final String RECORD =
      "{\"eventTime\":\"2025-01-01T00:00:00Z\",\"eventSource\":\"ec2.amazonaws.com\","
          + "\"eventName\":\"DescribeHosts\",\"eventID\":\"7e2c1b90-5b1b-4c64-9f0e-0c43f4d3a00%d\"}";

  @TempDir Path dir;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void goodFile_isImportedAndExits0() throws Exception {
    Path file = write(RECORD.formatted(1) + "\n" + RECORD.formatted(2));
    try (FakeAnnals annals = new FakeAnnals()) {
      assertThat(run(Map.of("ANNALS_TOKEN", "t"), annals.url().toString(), file)).isZero();
      assertThat(run(Map.of("ANNALS_TOKEN", "t"), annals.url() + "/", file)).isZero();
      assertThat(annals.size()).isEqualTo(2);
    }
    assertThat(out.toString()).containsPattern("duplicates \\(stored before\\) +2");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void skippedRecord_exits3() throws Exception {
    Path file = write(RECORD.formatted(1) + "\n{\"eventName\":\"A\"}");
    try (FakeAnnals annals = new FakeAnnals()) {
      assertThat(run(Map.of("ANNALS_TOKEN", "t"), annals.url().toString(), file)).isEqualTo(3);
    }
    assertThat(out.toString()).containsPattern("no eventSource +1").contains("line 2: A");
  }

  @Test
  void localToken_isMadeFromTheServersKey() throws Exception {
    Path file = write(RECORD.formatted(1));
    try (FakeAnnals annals = new FakeAnnals()) {
      Map<String, String> environment = Map.of("ANNALS_DATA_DIR", "somewhere");
      assertThat(run(environment, annals.url().toString(), file)).isZero();
    }
  }

  @Test
  void missingKey_exits1AndSaysWhatToSet() throws Exception {
    Path file = write(RECORD.formatted(1));

    assertThat(run(Map.of(), "http://127.0.0.1:1", file)).isEqualTo(1);
    assertThat(err.toString()).contains("ANNALS_TOKEN is not set").hasLineCount(1);
  }

  @Test
  void serverThatIsNotThere_exits1() throws Exception {
    Path file = write(RECORD.formatted(1));

    assertThat(run(Map.of("ANNALS_TOKEN", "t"), "http://127.0.0.1:1", file)).isEqualTo(1);
    assertThat(err.toString()).contains("no server answers at http://127.0.0.1:1");
  }

  @Test
  void badUsage_exits2() throws Exception {
    String url = "http://127.0.0.1:1";
    String file = write(RECORD.formatted(1)).toString();

    assertThat(execute(Map.of(), "--tenant", TENANT, "--format", "xml", "--to", "audit-log", file))
        .isEqualTo(2);
    assertThat(
            execute(Map.of(), "--tenant", TENANT, "--format", "ndjson", "--to", "activity", file))
        .isEqualTo(2);
    assertThat(run(Map.of(), url, dir.resolve("absent"))).isEqualTo(2);
    assertThat(run(Map.of(), "ftp://host", Path.of(file))).isEqualTo(2);
    assertThat(execute(Map.of(), "--tenant", "acme")).isEqualTo(2);
  }

  private Path write(String text) throws IOException {
    return Files.writeString(dir.resolve("records.json"), text);
  }

  private int run(Map<String, String> environment, String url, Path file) {
    return execute(
        environment,
        "--tenant",
        TENANT,
        "--format=cloudtrail",
        "--to=audit-log",
        "--url",
        url,
        file.toString());
  }

  private int execute(Map<String, String> environment, String... arguments) {
    ImportCommand.LocalTokens tokens =
        (dataDir, keyFile, tenant, subject, scope) -> {
          if (!dataDir.equals(Path.of("somewhere"))) {
            throw new NoSuchFileException(dataDir.toString());
          }
          assertThat(scope).isEqualTo("audit:write");
          return () -> "signed";
        };
    CommandLine line =
        new CommandLine(new ImportCommand(tokens, environment, new Patience(5, 20, 100, 100)));
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute(Arrays.copyOf(arguments, arguments.length));
  }
}
