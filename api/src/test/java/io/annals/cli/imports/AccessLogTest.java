package io.annals.cli.imports;

import static io.annals.cli.imports.FakeAnnals.answers;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.annals.model.TenantId;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AccessLogTest {
  private static final TenantId TENANT =
      new TenantId(UUID.fromString("5f8e0a52-95b6-4a24-8a39-d8d7f3a3a4d1"));
  private static final UUID TOKEN = UUID.fromString("0b0c6a3e-7a33-4b33-8a5e-0d1b0a1d2c3f");
  private static final UUID ACCOUNT = UUID.fromString("7e2c1b90-5b1b-4c64-9f0e-0c43f4d3a001");
  private static final Patience IMPATIENT = new Patience(5, 50, 2_000, 2_000);
  private static final Path REAL =
      Path.of(System.getProperty("annals.shared", "../../shared"), "data");

  private FakeAnnals annals;

  @BeforeEach
  void start() throws Exception {
    annals = new FakeAnnals();
  }

  @AfterEach
  void stop() {
    annals.close();
  }

  @Test
  void line_becomesAnEvent() throws Exception {
    run(
        Format.combined(TokenRule.of(TOKEN), ACCOUNT, 1000),
        text(
            "10.0.0.1 - bob [17/May/2015:10:05:03 +0200] \"GET /a?b HTTP/1.1\" 404 7 \"-\" \"c\""));

    JsonNode event = annals.stored.values().iterator().next();
    assertThat(UUID.fromString(event.path("id").asText()).version()).isEqualTo(8);
    assertThat(event.toString())
        .isEqualTo(
            ("{\"id\":%s,\"createdAt\":1431849904000,\"tokenId\":\"%s\","
                    + "\"serviceAccountId\":\"%s\",\"method\":\"GET\",\"path\":\"/a\","
                    + "\"statusCode\":404,\"remoteIp\":\"10.0.0.1\",\"actor\":\"bob\"}")
                .formatted(event.path("id"), TOKEN, ACCOUNT));
    assertThat(annals.paths).containsExactly("/v1/tenants/" + TENANT + "/activity");
  }

  @Test
  void absentClientAndUser_areLeftOut() throws Exception {
    run(text("- - - [17/May/2015:10:05:03 +0200] \"GET / HTTP/1.1\" 200 - \"-\" \"-\""));

    JsonNode event = annals.stored.values().iterator().next();
    assertThat(event.has("remoteIp")).isFalse();
    assertThat(event.has("actor")).isFalse();
    assertThat(event.has("serviceAccountId")).isFalse();
  }

  @Test
  void tokenFromAField_isTheUuidOfItsNameInTheTenantsNamespace() throws Exception {
    AccessLogClient alice = AccessLogClient.parse("Example.org:443 10.0.0.1 - alice");
    AccessLogClient nobody = AccessLogClient.parse("- - -");

    // As Python's uuid.uuid5(uuid.UUID(TENANT), "user:alice") has it.
    assertThat(token(TokenRule.Field.USER, alice))
        .isEqualTo("a6411e4f-b75b-5b32-9a68-aec950d3b760");
    assertThat(token(TokenRule.Field.USER, nobody))
        .isEqualTo("cadfdb93-aa98-5392-a060-33b635eb7858");
    assertThat(token(TokenRule.Field.VHOST, alice))
        .isEqualTo("3a91c97c-18c9-52c5-88b5-71563bfa1934");
    assertThat(token(TokenRule.Field.ADDRESS, alice))
        .isEqualTo("4cee4133-3874-5cf3-b85b-9f0454e241b0");
  }

  @Test
  void realCombinedLog_isStoredButForTheLineThatIsCutOff() throws Exception {
    Tally tally = run(Source.file(REAL.resolve("apache_combined.log")));

    assertThat(tally.records()).isEqualTo(10_000);
    assertThat(tally.accepted()).isEqualTo(9_999);
    assertThat(annals.size()).isEqualTo(9_999);
    assertThat(annals.batchSizes).containsExactlyInAnyOrder(5000, 4999);
    assertThat(tally.skippedReasons())
        .containsOnlyKeys("it breaks off in its referer or user agent")
        .allSatisfy(
            (reason, found) ->
                assertThat(found.examples())
                    .singleElement()
                    .asString()
                    .startsWith("line 8899: 46.118.127.106 - - [20/May/2015:12:05:17 +0000]"));
    assertThat(tally.failures()).isEmpty();
  }

  @Test
  void realVhostLog_isStoredButForConnectionsWithoutARequest() throws Exception {
    Tally tally = run(Source.file(REAL.resolve("apache_vhost.log")));

    assertThat(tally.records()).isEqualTo(1_602);
    assertThat(tally.accepted()).isEqualTo(1_496);
    assertThat(annals.size()).isEqualTo(1_496);
    assertThat(tally.skippedReasons()).containsOnlyKeys("the client sent no request");
    assertThat(tally.skippedReasons().get("the client sent no request").count()).isEqualTo(106);
    assertThat(annals.stored.values())
        .extracting(event -> event.path("tokenId").asText())
        .containsOnly(TOKEN.toString());
  }

  @Test
  void importedAgain_hasTheSameIdsAndStoresNothingTwice() throws Exception {
    run(Source.file(REAL.resolve("apache_vhost.log")));
    Set<String> keys = new HashSet<>(annals.stored.keySet());

    Tally again = run(Source.file(REAL.resolve("apache_vhost.log")));

    assertThat(again.accepted()).isEqualTo(keys.size());
    assertThat(annals.stored.keySet()).isEqualTo(keys);
  }

  @Test
  void manyRefusals_areAllCountedByReasonAndLine() throws Exception {
    annals.activityKeptFromMillis = 1_431_849_903_000L;
    String old = lines("16/May/2015", 700) + lines("17/May/2015", 300) + lines("15/May/2015", 7);

    Tally tally = run(text(old));

    assertThat(tally.accepted()).isEqualTo(300);
    assertThat(annals.size()).isEqualTo(300);
    assertThat(tally.refusedReasons())
        .containsOnlyKeys("/createdAt: expired")
        .allSatisfy(
            (reason, found) -> {
              assertThat(found.count()).isEqualTo(707);
              assertThat(found.examples()).contains("line 1", "line 2", "line 3");
            });
    assertThat(tally.failures()).isEmpty();
  }

  @Test
  void everythingRefused_isCountedToTheEnd() throws Exception {
    annals.activityKeptFromMillis = Long.MAX_VALUE;

    Tally tally = run(text(lines("17/May/2015", 12_000)));

    assertThat(tally.refusedReasons().get("/createdAt: expired").count()).isEqualTo(12_000);
    assertThat(tally.failures()).isEmpty();
  }

  @Test
  void refusalsThatNoAnswerLists_areCountedWithoutReason() throws Exception {
    String unlisted = "{\"accepted\":2,\"rejected\":1,\"errors\":[]}";
    annals.mischief.add(answers(200, unlisted));
    annals.mischief.add(answers(200, "{\"accepted\":0,\"rejected\":1,\"errors\":[]}"));

    Tally tally = run(text(lines("17/May/2015", 3)));

    assertThat(tally.accepted()).isEqualTo(2);
    assertThat(tally.refusedReasons()).containsOnlyKeys("no reason given");
  }

  @Test
  void failureMidway_isSentAgainWhole() throws Exception {
    annals.mischief.add(
        answers(503, "{\"accepted\":4,\"rejected\":0,\"resumeFromLine\":5}", "Retry-After", "0"));

    Tally tally = run(text(lines("17/May/2015", 10)));

    assertThat(tally.accepted()).isEqualTo(10);
    assertThat(tally.resentRequests()).isEqualTo(1);
  }

  @Test
  void problemOfTheServer_isToldInItsWords() throws Exception {
    annals.mischief.add(answers(400, "{\"title\":\"Bad\",\"detail\":\"no such tenant form\"}"));
    assertThat(run(text(lines("17/May/2015", 1))).failures())
        .singleElement()
        .asString()
        .contains("400", "no such tenant form");

    annals.mischief.add(answers(200, "{\"accepted\":5,\"rejected\":0,\"errors\":[]}"));
    assertThat(run(text(lines("17/May/2015", 1))).failures())
        .singleElement()
        .asString()
        .contains("accounts for");

    annals.mischief.add(answers(403, "{\"detail\":\"a scope is missing\"}"));
    assertThat(run(text(lines("17/May/2015", 1))).failures())
        .singleElement()
        .asString()
        .contains("activity:write", "a scope is missing");
  }

  @Test
  void otherText_isNotTakenForAnAccessLog() throws Exception {
    Tally tally = run(text("{\"eventName\":\"A\"}\n".repeat(1000)));

    assertThat(tally.failures()).singleElement().asString().contains("not in the format combined");
    assertThat(annals.batchSizes).isEmpty();
  }

  private static String token(TokenRule.Field field, AccessLogClient client) {
    return TokenRule.from(field, TENANT).token(client).toString();
  }

  private Tally run(Source source) throws Exception {
    return run(Format.combined(TokenRule.of(TOKEN), null, 0), source);
  }

  private Tally run(Format<?> format, Source source) throws Exception {
    Destination destination = new Destination(annals.url(), TENANT, () -> "secret", IMPATIENT);
    return new Importer(destination, Progress.NONE).run(format, List.of(source));
  }

  private static Source text(String text) {
    return Source.stream("file", new ByteArrayInputStream(text.getBytes(UTF_8)));
  }

  private static String lines(String day, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> "10.0.0.1 - - [" + day + ":10:05:03 +0200] \"GET / HTTP/1.1\" 200 7 \"-\" \"-\"\n")
        .collect(Collectors.joining());
  }
}
