package io.annals.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.contract.RandomItems;
import io.annals.model.ActivityStream;
import io.annals.model.Event;
import io.annals.store.ActivityPolicy;
import io.annals.store.StoreException.Kind;
import io.annals.tck.MemoryStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of bodies when the store does its work. */
class IngestHandlerTest {
  private static final String OLD = "/createdAt expired: is older than the retention";

  private final ScriptedStore store = new ScriptedStore();
  private IngestLab lab;

  @BeforeEach
  void open() throws TimeoutException {
    lab = new IngestLab(store, 20_000_000);
  }

  @AfterEach
  void close() throws TimeoutException {
    lab.assertNothingHeld();
    lab.close();
  }

  private Post.Answer lines(String lines) throws IOException {
    return lab.post(Post.LINES, lines.getBytes(UTF_8));
  }

  private static List<String> errors(Post.Answer answer) {
    return answer.json().getJsonArray("errors").stream()
        .map(JsonObject.class::cast)
        .map(
            error ->
                error.getLong("line")
                    + " "
                    + error.getString("pointer")
                    + " "
                    + error.getString("detail"))
        .toList();
  }

  private static String item(String more) {
    return "{\"tokenId\":\"%s\",\"method\":\"GET\",\"path\":\"/\",\"statusCode\":200%s}\n"
        .formatted(new UUID(1, 1), more);
  }

  @Test
  void lines_areStored_andBadOnesNamed() throws IOException {
    long now = System.currentTimeMillis();
    String id = ",\"id\":\"" + new UUID(5, 5) + "\"";
    long old = now - TimeUnit.DAYS.toMillis(IngestLab.RETENTION_DAYS) - 1000;
    Post.Answer answer =
        lines(
            item("")
                + "\r\n \t\n"
                + item(id)
                + item(id + ",\"createdAt\":" + now)
                + item(",\"createdAt\":" + (now + 360_000))
                + item(",\"createdAt\":" + old)
                + item(",\"actor\":\"\\u0000\"")
                + "[1]\n"
                + "{\"tokenId\":\n"
                + item("").strip()
                + item("")
                + "{\"method\":\"GET\",\"path\":\"/\",\"statusCode\":99,\"x\":1}\n"
                + "x".repeat(65_537)
                + "\n"
                + item("").strip());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers()).containsEntry("content-type", "application/json");
    assertThat(answer.number("accepted")).isEqualTo(3);
    assertThat(answer.number("rejected")).isEqualTo(9);
    assertThat(lab.counted("annals.ingest.events", "accepted")).isEqualTo(3);
    assertThat(lab.counted("annals.ingest.events", "rejected")).isEqualTo(9);
    assertThat(errors(answer))
        .containsExactly(
            "4 /createdAt is required beside an id: both together identify the event",
            "6 /createdAt must not be more than 5 minutes ahead of the server's clock",
            "7 " + OLD,
            "8 /actor must not contain U+0000",
            "9  must be an object",
            "10  is not JSON at column 12",
            "11  has something after its end",
            "12 /statusCode must be from 100 to 599",
            "12 /x is not a member that is known here",
            "12 /tokenId is required",
            "13  is longer than 64 KiB");
    assertThat(store.stored).hasSize(3);
  }

  @Test
  void missingIdsAndTimes_areTheServers() throws IOException {
    assertThat(lines(item("") + item(",\"createdAt\":" + System.currentTimeMillis())).status())
        .isEqualTo(200);
    assertThat(store.stored.values())
        .hasSize(2)
        .allMatch(event -> event.id().version() == 7)
        .allMatch(event -> Math.abs(event.createdAtMillis() - System.currentTimeMillis()) < 60_000);
  }

  @Test
  void errors_areListedUpToAHundred_andCountedAll() throws IOException {
    Post.Answer answer = lines(item("") + "{}\n".repeat(250) + item(""));
    assertThat(answer.number("accepted")).isEqualTo(2);
    assertThat(answer.number("rejected")).isEqualTo(250);
    assertThat(answer.json().getJsonArray("errors")).hasSize(100);
  }

  @Test
  void manyLines_areAllStored_andBadOnesFoundAtTheirPlace() throws IOException {
    StringBuilder body = new StringBuilder();
    for (int i = 1; i <= 30_000; i++) {
      body.append(i % 10_007 == 0 ? "{}x\n" : IngestLab.line(i));
    }
    Post.Answer answer = lines(body.toString());
    assertThat(answer.number("accepted")).isEqualTo(29_998);
    assertThat(errors(answer)).extracting(e -> e.split(" ", 2)[0]).contains("10007", "20014");
    assertThat(store.stored).hasSize(29_998);
    assertThat(store.calls.get()).isLessThan(5000);
  }

  @Test
  void bodyWithoutLines_isAnEmptySuccess() throws IOException {
    for (String nothing : List.of("", "\n", "\r\n \n")) {
      Post.Answer answer = lines(nothing);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.json())
          .isEqualTo(new JsonObject("{\"accepted\":0,\"rejected\":0,\"errors\":[]}"));
    }
    assertThat(store.calls).hasValue(0);
  }

  @Test
  void serviceAccount_goesToTheStoreBesideTheEvent() throws Exception {
    UUID account = new UUID(8, 8);
    List<UUID> seen = new ArrayList<>();
    store.script(
        events -> {
          events.forEach(event -> seen.add(event.serviceAccountId()));
          return store.store(events);
        });
    lines(item(",\"serviceAccountId\":\"" + account + "\""));
    JsonArray items = new JsonArray().add(new JsonObject(item("")));
    lab.post(Post.JSON, new JsonObject().put("items", items).encode().getBytes(UTF_8));
    assertThat(seen).containsExactly(account, null);
    assertThat(store.stored.values())
        .allMatch(event -> ActivityStream.tokenOf(event).equals(new UUID(1, 1)));
  }

  @Test
  void jsonBodies_thatAreNoBatch_areRefusedWhole() throws IOException {
    String tooMany = "{\"items\":[" + "{},".repeat(1000) + "{}]}";
    for (String body :
        List.of(
            "",
            "{",
            "[]",
            "{}",
            "{\"items\":[]}",
            "{\"items\":{}}",
            tooMany,
            "{\"items\":[{}],\"x\":1}")) {
      Post.Answer answer = lab.post(Post.JSON, body.getBytes(UTF_8));
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.json().getString("type")).isEqualTo("urn:annals:problem:invalid-request");
      assertThat(answer.json().containsKey("resumeFromLine")).isFalse();
    }
    byte[] tooLarge =
        ("{\"items\":[" + " ".repeat(IngestLab.BODY_BYTES_MAX) + "]}").getBytes(UTF_8);
    assertThat(lab.post(Post.JSON, tooLarge).status()).isEqualTo(413);
    assertThat(lab.post(Post.JSON, "gzip", Post.gzip(tooLarge)).status()).isEqualTo(413);
    assertThat(store.calls).hasValue(0);
  }

  @Test
  void otherMediaTypesAndEncodings_areRefused() throws IOException {
    byte[] good = item("").getBytes(UTF_8);
    for (String type :
        List.of(
            "text/plain",
            "application/x-ndjson; charset=utf-16",
            "application/jsonl",
            "application/x-ndjson\r\nContent-Type: application/json")) {
      assertThat(lab.post(type, good).status()).as(type).isEqualTo(415);
    }
    for (String type : List.of(Post.LINES, Post.JSON)) {
      for (String encoding :
          List.of("br", "deflate", "gzip, gzip", "gzip\r\nContent-Encoding: gzip")) {
        assertThat(lab.post(type, encoding, good).status()).as(encoding).isEqualTo(415);
      }
    }
    assertThat(lab.post("Application/X-NDJSON; Charset=\"UTF-8\"", "identity", good).status())
        .isEqualTo(200);
  }

  @Test
  void brokenGzip_ofWhichNothingIsStored_isABadRequest() throws IOException {
    byte[] whole = Post.gzip(IngestLab.lines(0, 10).getBytes(UTF_8));
    byte[] cut = Arrays.copyOf(whole, 5);
    byte[] spoilt = whole.clone();
    spoilt[0] = 0;
    for (byte[] body : List.of(cut, spoilt, new byte[0])) {
      for (String type : List.of(Post.LINES, Post.JSON)) {
        Post.Answer answer = lab.post(type, "gzip", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().containsKey("resumeFromLine")).isFalse();
      }
    }
    assertThat(store.calls).hasValue(0);
  }

  @Test
  void brokenGzip_saysHowFarItWasGood() throws IOException {
    byte[] whole = Post.gzip(IngestLab.lines(0, 10_000).getBytes(UTF_8));
    Post.Answer answer = lab.post(Post.LINES, "gzip", Arrays.copyOf(whole, whole.length / 2));
    assertThat(answer.status()).isEqualTo(400);
    int accepted = store.stored.size();
    assertThat(accepted).isBetween(1000, 9999);
    assertThat(answer.number("accepted")).isEqualTo(accepted);
    assertThat(answer.number("rejected")).isZero();
    assertThat(answer.number("resumeFromLine")).isEqualTo(accepted + 1);
  }

  @Test
  void bomb_isALineThatIsTooLong() throws IOException {
    byte[] bomb = Post.gzip(new byte[300_000_000]);
    Post.Answer answer = lab.post(Post.LINES, "gzip", bomb);
    assertThat(errors(answer)).containsExactly("1  is longer than 64 KiB");
    assertThat(lab.post(Post.JSON, "gzip", bomb).status()).isEqualTo(413);
  }

  @Test
  void batch_thatTheStoreRefuses_isSaidToBeStoredOrNot() throws IOException {
    byte[] body = ("{\"items\":[{}," + IngestLab.line(1) + "]}").getBytes(UTF_8);
    store.script(events -> ScriptedStore.fail(Kind.OVERLOADED));
    Post.Answer overloaded = lab.post(Post.JSON, body);
    assertThat(overloaded.status()).isEqualTo(503);
    assertThat(overloaded.headers()).containsKey("retry-after");
    assertThat(overloaded.json().containsKey("resumeFromLine")).isFalse();
    store.script(events -> ScriptedStore.fail(Kind.TIMEOUT));
    Post.Answer timeout = lab.post(Post.JSON, body);
    assertThat(timeout.status()).isEqualTo(503);
    assertThat(timeout.headers()).containsKey("retry-after");
    assertThat(timeout.number("resumeFromLine")).isEqualTo(1);
    assertThat(timeout.number("accepted")).isZero();
    assertThat(timeout.number("rejected")).isZero();
  }

  /** Values of what is stored; ids and times of the server's choice differ from time to time. */
  private static List<String> values(ScriptedStore of) {
    return of.stored.values().stream()
        .sorted(Comparator.comparing(Event::toString))
        .map(event -> event.toString().replaceFirst("^Event\\[\\d+ \\S+ ", ""))
        .sorted()
        .toList();
  }

  @Test
  void randomItems_haveTheSameOutcome_inEveryForm() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    RandomItems items = new RandomItems(IngestLab.OPERATION.batch("items").item(), random);
    ScriptedStore other = new ScriptedStore();
    try (IngestLab ageless = new IngestLab(other, 20_000_000, 40_000, 30_000)) {
      for (int round = 0; round < 40; round++) {
        List<String> batch = new ArrayList<>();
        for (int i = random.nextInt(60); i >= 0; i--) {
          batch.add(random.nextInt(20) == 0 ? "[{}]" : items.next().json());
        }
        byte[] json = ("{\"items\":[" + String.join(",", batch) + "]}").getBytes(UTF_8);
        byte[] lines = String.join("\n", batch).getBytes(UTF_8);
        List<Object> outcomes = new ArrayList<>();
        for (boolean gzip : new boolean[] {false, true}) {
          for (byte[] body : List.of(json, lines)) {
            other.stored.clear();
            String type = body == json ? Post.JSON : Post.LINES;
            Post.Answer answer =
                gzip
                    ? ageless.post(type, "gzip", inMembers(body, random))
                    : ageless.post(type, body);
            outcomes.add(List.of(answer.status(), answer.json(), values(other)));
          }
        }
        assertThat(outcomes).as("seed %d", seed).containsOnly(outcomes.get(0));
      }
      ageless.assertNothingHeld();
    }
  }

  private static byte[] inMembers(byte[] body, Random random) throws IOException {
    int cut = random.nextInt(body.length + 1);
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.writeBytes(Post.gzip(Arrays.copyOf(body, cut)));
    members.writeBytes(Post.gzip(Arrays.copyOfRange(body, cut, body.length)));
    return members.toByteArray();
  }

  @Test
  void referenceStore_takesWhatTheHandlerGives() throws Exception {
    ActivityPolicy policy = new ActivityPolicy(IngestLab.RETENTION_DAYS, 250, Clock.systemUTC());
    try (IngestLab real =
        new IngestLab(new MemoryStore().activity(policy).await(10, TimeUnit.SECONDS), 20_000_000)) {
      Post.Answer answer = real.post(Post.LINES, IngestLab.lines(0, 2500).getBytes(UTF_8));
      assertThat(answer.number("accepted")).isEqualTo(2500);
      real.assertNothingHeld();
    }
  }
}
