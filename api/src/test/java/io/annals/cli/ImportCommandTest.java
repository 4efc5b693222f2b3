package io.annals.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.cli.imports.FakeAnnals;
import io.annals.cli.imports.Patience;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
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

  @Test
  void idThatLostADigit_isRefused() throws Exception {
    String file = write(line(today())).toString();
    String shortened = TENANT.substring(1);
    List<String> combined = List.of("--format=combined", "--to=activity", file);

    for (List<String> ids :
        List.of(
            List.of("--tenant", shortened, "--token", TENANT),
            List.of("--tenant", TENANT, "--token", shortened),
            List.of("--tenant", TENANT, "--token", TENANT, "--service-account", shortened))) {
      List<String> arguments = new ArrayList<>(ids);
      arguments.addAll(combined);
      assertThat(execute(Map.of(), arguments.toArray(String[]::new))).isEqualTo(2);
      assertThat(err.toString()).contains("'" + shortened + "' is not a UUID");
      err.getBuffer().setLength(0);
    }
  }

  @Test
  void unknownFormat_isNamedWhateverOptionsThereAre() throws Exception {
    String file = write(line(today())).toString();
    String[] arguments = {
      "--tenant", TENANT, "--format=Combined", "--to=activity", "--token", TENANT, file
    };

    assertThat(execute(Map.of(), arguments)).isEqualTo(2);
    assertThat(err.toString())
        .contains("there is no format Combined; use cloudtrail, ndjson or combined");
  }

  @Test
  void oldAccessLog_isWarnedOfBeforeAnythingIsSent() throws Exception {
    Path file = write(line("17/May/2015") + line("18/May/2015") + "nonsense\n" + line(today()));
    try (FakeAnnals annals = new FakeAnnals()) {
      assertThat(combined(annals, file, "--token", TENANT)).isEqualTo(3);
      assertThat(annals.size()).isEqualTo(3);
    }
    assertThat(err.toString())
        .contains("2 of the 3 lines are older than 90 days (2015-05-17T10:05:03Z to ")
        .contains("--rebase-to-now", "--retention-days");
    assertThat(combined("http://127.0.0.1:1", file, "--token", TENANT)).isEqualTo(1);
    assertThat(err.toString()).containsPattern("(?s)2 of the 3 lines.*2 of the 3.*no server");
  }

  @Test
  void accessLogWithinTheRetention_isNotWarnedOf() throws Exception {
    Path file = write(line("17/May/2015") + line(today()));
    try (FakeAnnals annals = new FakeAnnals()) {
      assertThat(combined(annals, file, "--token", TENANT, "--retention-days", "99999")).isZero();
    }
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString()).containsPattern("stored, now or before +2");
  }

  @Test
  void rebaseToNow_shiftsAllTimesSoThatTheLastIsNow() throws Exception {
    Path file = write(line("18/May/2015") + "nonsense\n" + line("17/May/2015"));
    long startMillis = System.currentTimeMillis();
    try (FakeAnnals annals = new FakeAnnals()) {
      assertThat(combined(annals, file, "--token-from", "address", "--rebase-to-now")).isEqualTo(3);
      List<Long> times = annals.storedTimesMillis();
      assertThat(times).hasSize(2);
      assertThat(times.get(0)).isBetween(startMillis, System.currentTimeMillis());
      assertThat(times.get(0) - times.get(1)).isEqualTo(Duration.ofDays(1).toMillis());
    }
    assertThat(err.toString())
        .containsPattern("shifted by \\d{12} ms: the last, 2015-05-18T10:05:03Z, is now")
        .hasLineCount(1);
  }

  @Test
  void rebasedLogLongerThanTheRetention_isWarnedOf() throws Exception {
    Path file = write(line("17/Feb/2015") + line("19/May/2015"));
    try (FakeAnnals annals = new FakeAnnals()) {
      assertThat(combined(annals, file, "--token", TENANT, "--rebase-to-now")).isZero();
    }
    assertThat(err.toString()).contains("more than 90 days before the last are refused");
  }

  @Test
  void gzippedAccessLog_isReadTwiceToo() throws Exception {
    Path file = dir.resolve("access.log.1.gz");
    try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
      gzip.write((line("17/May/2015") + line("18/May/2015")).getBytes(UTF_8));
    }
    try (FakeAnnals annals = new FakeAnnals()) {
      assertThat(combined(annals, file, "--token", TENANT, "--rebase-to-now")).isZero();
      assertThat(annals.size()).isEqualTo(2);
    }
  }

  @Test
  void accessLogOnStandardInput_isImportedWholeAndWarnedOfByItsStart() throws Exception {
    InputStream before = System.in;
    String log = line("17/May/2015").repeat(20_000);
    System.setIn(new ByteArrayInputStream(log.getBytes(UTF_8)));
    try (FakeAnnals annals = new FakeAnnals()) {
      Path standardInput = Path.of("-");
      assertThat(combined(annals, standardInput, "--token", TENANT)).isZero();
      assertThat(annals.size()).isEqualTo(20_000);
      assertThat(err.toString()).containsPattern("([\\d,]+) of the first \\1 lines are older than");
      assertThat(combined(annals, standardInput, "--token", TENANT, "--rebase-to-now"))
          .isEqualTo(2);
    } finally {
      System.setIn(before);
    }
    assertThat(err.toString()).contains("can be read only once: save it in a file");
  }

  @Test
  void pipe_isImported() throws Exception {
    Path pipe = dir.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              try (OutputStream into = Files.newOutputStream(pipe)) {
                into.write(line("17/May/2015").repeat(20_000).getBytes(UTF_8));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    try (FakeAnnals annals = new FakeAnnals()) {
      assertThat(combined(annals, pipe, "--token", TENANT)).isZero();
      assertThat(annals.size()).isEqualTo(20_000);
    }
    writer.get(10, TimeUnit.SECONDS);
  }

  @Test
  void tokenOfAccessLogs_isGivenInExactlyOneWay() throws Exception {
    Path file = write(line("17/May/2015"));
    String url = "http://127.0.0.1:1";

    assertThat(combined(url, file)).isEqualTo(2);
    assertThat(combined(url, file, "--token", TENANT, "--token-from", "user")).isEqualTo(2);
    assertThat(err.toString()).contains("takes one of --token UUID and --token-from");
    assertThat(combined(url, file, "--token-from", "shoe")).isEqualTo(2);
    assertThat(combined(url, file, "--token", TENANT, "--retention-days", "0")).isEqualTo(2);
    assertThat(combined(url, file, "--token", TENANT, "--to", "audit-log")).isEqualTo(2);
  }

  @Test
  void optionsOfAccessLogs_areRefusedForOtherFormats() throws Exception {
    String file = write(RECORD.formatted(1)).toString();

    for (String option : List.of("--token=" + TENANT, "--rebase-to-now", "--retention-days=9")) {
      assertThat(
              execute(
                  Map.of(),
                  "--tenant=" + TENANT,
                  "--format=ndjson",
                  "--to=audit-log",
                  option,
                  file))
          .isEqualTo(2);
    }
    assertThat(err.toString()).contains("are for --format combined, not ndjson");
  }

  private static String line(String day) {
    return "10.0.0.1 - - [" + day + ":10:05:03 +0000] \"GET / HTTP/1.1\" 200 7 \"-\" \"-\"\n";
  }

  private static String today() {
    return DateTimeFormatter.ofPattern("dd/MMM/uuuu", Locale.ENGLISH)
        .format(LocalDate.now(ZoneOffset.UTC));
  }

  private int combined(FakeAnnals annals, Path file, String... options) {
    return combined(annals.url().toString(), file, options);
  }

  private int combined(String url, Path file, String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("--tenant", TENANT, "--format", "combined", "--url", url));
    arguments.addAll(List.of(options));
    if (!arguments.contains("--to")) {
      arguments.addAll(List.of("--to", "activity"));
    }
    arguments.add(file.toString());
    return execute(Map.of("ANNALS_TOKEN", "t"), arguments.toArray(String[]::new));
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
