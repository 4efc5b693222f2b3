package io.annals.cli.imports;

import static io.annals.cli.imports.FakeAnnals.answers;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.TenantId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImporterTest {
  private static final Patience IMPATIENT = new Patience(5, 50, 2_000, 2_000);

  private FakeAnnals annals;

  @BeforeEach
  void start() throws IOException {
    annals = new FakeAnnals();
  }

  @AfterEach
  void stop() {
    annals.close();
  }

  @Test
  void manyItems_areStoredInBoundedBatches() throws Exception {
    Tally tally = run(lines(2_500));

    assertThat(tally.accepted()).isEqualTo(2_500);
    assertThat(tally.isComplete()).isTrue();
    assertThat(annals.batchSizes).containsExactlyInAnyOrder(1000, 1000, 500);
    assertThat(annals.authorizations).containsOnly("Bearer secret");
  }

  @Test
  void largeItems_areSentInSmallerBatches() throws Exception {
    String filler = "x".repeat(30_000);
    String large =
        IntStream.range(0, 400)
            .mapToObj(i -> item("a" + i, ",\"metadata\":{\"filler\":\"" + filler + "\"}"))
            .collect(Collectors.joining("\n"));

    Tally tally = run(large);

    assertThat(tally.accepted()).isEqualTo(400);
    assertThat(annals.bodyBytes).allSatisfy(bytes -> assertThat(bytes).isLessThan(4L << 20));
  }

  @Test
  void importedAgain_isAllDuplicates() throws Exception {
    run(lines(1_200));

    Tally again = run(lines(1_200));

    assertThat(again.accepted()).isZero();
    assertThat(again.duplicates()).isEqualTo(1_200);
    assertThat(annals.size()).isEqualTo(1_200);
    assertThat(again.isComplete()).isTrue();
  }

  @Test
  void repeatedRecord_isSentOnceAndCountedAsDuplicate() throws Exception {
    Tally tally = run(item("same", "") + "\n" + item("same", ""));

    assertThat(tally.accepted()).isEqualTo(1);
    assertThat(tally.duplicates()).isEqualTo(1);
    assertThat(annals.batchSizes).containsExactly(1);
  }

  @Test
  void refusedItem_isReportedAndTheRestStored() throws Exception {
    Tally tally = run(item("a", "") + "\n" + item("", "") + "\n" + item("c", ""));

    assertThat(tally.accepted()).isEqualTo(2);
    assertThat(tally.refusedReasons())
        .containsOnlyKeys("/actor_id: 1 to 256 characters")
        .allSatisfy((reason, found) -> assertThat(found.examples()).containsExactly("line 2"));
    assertThat(tally.failures()).isEmpty();
    assertThat(tally.isComplete()).isFalse();
  }

  @Test
  void conflictingId_isReportedAndTheRestStored() throws Exception {
    String id = ",\"id\":\"0b0c6a3e-7a33-4b33-8a5e-0d1b0a1d2c3F\"";
    run(item("first", id));

    Tally tally = run(item("second", id) + "\n" + item("other", ""));

    assertThat(tally.accepted()).isEqualTo(1);
    assertThat(tally.refusedReasons())
        .containsOnlyKeys("conflict: its id is stored with other content");
  }

  @Test
  void conflictWithoutIds_isFoundByHalving() throws Exception {
    String unnamed = "{\"code\":\"conflict\",\"message\":\"no\"}";
    for (int i = 0; i < 4; i++) {
      annals.mischief.add(answers(409, unnamed)); // all four, both halves, then the first alone
    }

    Tally tally = run(lines(4));

    assertThat(tally.accepted()).isEqualTo(3);
    assertThat(tally.refusedReasons().get("conflict: no").examples()).containsExactly("line 1");
    assertThat(tally.failures()).isEmpty();
  }

  @Test
  void busyServer_isAskedAgainAfterThePauseItNames() throws Exception {
    annals.mischief.add(answers(429, "{}", "Retry-After", "1"));
    annals.mischief.add(answers(503, "{}", "Retry-After", "0"));
    long start = System.nanoTime();

    Tally tally = run(lines(10), new Patience(5, 5_000, 2_000, 10_000));

    assertThat(tally.accepted()).isEqualTo(10);
    assertThat(tally.resentRequests()).isEqualTo(2);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(990));
  }

  @Test
  void droppedConnectionAndServerError_areTriedAgain() throws Exception {
    annals.mischief.add(FakeAnnals::dropsConnection);
    annals.mischief.add(answers(500, "<html>"));

    assertThat(run(lines(10)).accepted()).isEqualTo(10);
  }

  @Test
  void lostAnswer_storesNothingTwice() throws Exception {
    annals.mischief.add(FakeAnnals::losesAnswer);

    Tally tally = run(lines(10));

    assertThat(tally.duplicates()).isEqualTo(10);
    assertThat(annals.size()).isEqualTo(10);
  }

  @Test
  void serverThatStaysBusy_endsTheImportInTime() throws Exception {
    for (int i = 0; i < 1000; i++) {
      annals.mischief.add(answers(503, "{}"));
    }

    Tally tally = run(lines(10), new Patience(5, 20, 100, 100));

    assertThat(tally.failures()).singleElement().asString().contains("still answers 503");
  }

  @Test
  void refusedCredential_stopsWithWhatToDo() throws Exception {
    annals.mischief.add(
        answers(401, "{\"code\":\"unauthenticated\",\"message\":\"token expired\"}"));

    assertThat(run(lines(10)).failures())
        .singleElement()
        .asString()
        .contains("token expired", "ANNALS_TOKEN", "--data-dir");
  }

  @Test
  void missingScope_stopsAndNamesIt() throws Exception {
    annals.mischief.add(answers(403, "{\"code\":\"forbidden\",\"message\":\"no\"}"));

    assertThat(run(lines(10)).failures()).singleElement().asString().contains("audit:write");
  }

  @Test
  void otherServer_isNotTakenForAnnals() throws Exception {
    annals.mischief.add(answers(404, "not here"));
    assertThat(run(lines(10)).failures()).singleElement().asString().contains("404");

    annals.mischief.add(answers(201, "{}"));
    assertThat(run(lines(10)).failures()).singleElement().asString().contains("accounts for");
  }

  @Test
  void refusalThatNamesNoItem_stops() throws Exception {
    annals.mischief.add(
        answers(400, "{\"code\":\"invalid_argument\",\"message\":\"X-Tenant-ID is no UUID\"}"));

    assertThat(run(lines(10)).failures()).singleElement().asString().contains("X-Tenant-ID");
  }

  @Test
  void serverThatIsNotThere_isSaidAtOnce() throws Exception {
    URI gone = annals.url();
    annals.close();

    Tally tally = run(gone, IMPATIENT, Format.auditLogItems(), source("f", lines(10)));

    assertThat(tally.failures())
        .singleElement()
        .asString()
        .contains("no server answers at " + gone);
  }

  @Test
  void fileOfAnotherFormat_isToldApartEarly() throws Exception {
    String access = "127.0.0.1 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1\n";

    Tally tally =
        run(
            annals.url(),
            IMPATIENT,
            Format.cloudTrail(java.time.Clock.systemUTC()),
            source("access.log", access.repeat(100_000)));

    assertThat(tally.records()).isEqualTo(100);
    assertThat(tally.failures())
        .singleElement()
        .asString()
        .contains("access.log is not in the format cloudtrail", "first 100 records");
    assertThat(annals.batchSizes).isEmpty();
  }

  @Test
  void badLines_areSkippedAndNamedInTheSummary() throws Exception {
    Tally tally = run(item("a", "") + "\n{\"broken\n" + item("b", "") + "\n[]\n7\n\n");
    StringWriter out = new StringWriter();

    Summary.print(tally, AuditLogTarget.INSTANCE, Duration.ofSeconds(2), new PrintWriter(out));

    assertThat(tally.accepted()).isEqualTo(2);
    assertThat(out.toString().lines())
        .contains(
            "records read                  5",
            "stored                        2",
            "skipped                       3",
            "  no JSON object              2",
            "  not JSON                    1",
            "time                        2.0 s",
            "rate                          3 records/s",
            "  line 4: []",
            "  line 5: 7");
  }

  @Test
  void documentThatBreaksOff_keepsWhatCameBeforeAndFails() throws Exception {
    Tally tally = run("{\"data\":[" + item("a", "") + "," + item("b", "") + ",{\"act");

    assertThat(tally.accepted()).isEqualTo(2);
    assertThat(tally.failures()).singleElement().asString().contains("cannot be read on");
  }

  private Tally run(String text) throws Exception {
    return run(text, IMPATIENT);
  }

  private Tally run(String text, Patience patience) throws Exception {
    return run(annals.url(), patience, Format.auditLogItems(), source("file", text));
  }

  private static Tally run(URI url, Patience patience, Format<?> format, Source... sources)
      throws Exception {
    TenantId tenant = new TenantId(UUID.fromString("5f8e0a52-95b6-4a24-8a39-d8d7f3a3a4d1"));
    Destination destination = new Destination(url, tenant, () -> "secret", patience);
    return new Importer(destination, Progress.NONE).run(format, Arrays.asList(sources));
  }

  private static Source source(String name, String text) {
    return Source.stream(name, new ByteArrayInputStream(text.getBytes(UTF_8)));
  }

  private static String lines(int count) {
    List<String> items = IntStream.range(0, count).mapToObj(i -> item("actor" + i, "")).toList();
    return String.join("\n", items);
  }

  private static String item(String actor, String more) {
    return "{\"actor_id\":\"%s\",\"actor_type\":\"user\",\"action\":\"read\","
        .concat("\"resource_type\":\"door\",\"resource_id\":\"1\"%s}")
        .formatted(actor, more);
  }
}
