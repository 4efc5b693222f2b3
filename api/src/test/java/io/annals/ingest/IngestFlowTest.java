package io.annals.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.Eventually;
import io.annals.store.StoreException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to streams when the store is slow or fails, or the client is or does. */
class IngestFlowTest {
  /** A twelfth of 128 MiB. */
  private static final long ROOM = 128 * 1024 * 1024 / 12;

  private static final long SILENCE_MILLIS_MAX = 2000;
  private static final int IDLE_MILLIS_MAX = 3000;

  private final ScriptedStore store = new ScriptedStore();
  private IngestLab lab;

  @BeforeEach
  void open() throws TimeoutException {
    lab = new IngestLab(store, ROOM);
  }

  @AfterEach
  void close() throws TimeoutException {
    store.release();
    lab.assertNothingHeld();
    lab.close();
  }

  private static String problem(Post.Answer answer) {
    return answer.json().getString("type").substring("urn:annals:problem:".length());
  }

  private static void assertNothingStored(Post.Answer answer) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers()).containsKey("retry-after");
    assertThat(problem(answer)).isEqualTo("unavailable");
    assertThat(answer.json().containsKey("resumeFromLine")).isFalse();
  }

  /** Sends lines until the server does not take more; how many bytes went out is counted. */
  private static Thread pump(Post post, int linesMax, AtomicLong bytesSent) {
    Thread sender =
        new Thread(
            () -> {
              try {
                for (int from = 0; from < linesMax; from += 100) {
                  String lines = IngestLab.lines(from, Math.min(100, linesMax - from));
                  post.send(lines);
                  bytesSent.addAndGet(lines.length());
                }
                post.end();
              } catch (IOException e) {
                // The server hung up, or the test did.
              }
            });
    sender.start();
    return sender;
  }

  private static void awaitStandstill(AtomicLong count) throws InterruptedException {
    long before = -1;
    while (before != count.get()) {
      before = count.get();
      TimeUnit.MILLISECONDS.sleep(300);
    }
  }

  @Test
  void stalledStore_slowsTheSenderDown_andLosesNothing() throws Exception {
    store.stall();
    AtomicLong sent = new AtomicLong();
    try (IngestLab impatient = impatient();
        Post post = Post.of(impatient.port(), Post.LINES)) {
      Thread sender = pump(post, 100_000, sent);
      awaitStandstill(sent);
      assertThat(sender.isAlive()).isTrue();
      assertThat(sent.get()).isLessThan(16_000_000); // of 17 MB; the rest is in sockets
      assertThat(store.eventsUnderWay.get()).isBetween(5000, 18_000);
      TimeUnit.MILLISECONDS.sleep(IDLE_MILLIS_MAX * 3 / 2); // and more than the silence allowed
      store.release();
      Post.Answer answer = post.answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.number("accepted")).isEqualTo(100_000);
      assertThat(store.stored).hasSize(100_000);
      impatient.assertNothingHeld();
    }
  }

  /** A server that does not wait long for senders. */
  private IngestLab impatient() throws TimeoutException {
    return new IngestLab(
        store, ROOM, IngestLab.RETENTION_DAYS, SILENCE_MILLIS_MAX, IDLE_MILLIS_MAX);
  }

  @Test
  void manyStreams_onAStalledStore_stayWithinTheRoom() throws Exception {
    store.stall();
    AtomicLong sent = new AtomicLong();
    List<Post> posts = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      posts.add(Post.of(lab.port(), Post.LINES));
      pump(posts.get(i), 20_000, sent);
    }
    awaitStandstill(sent);
    assertThat(lab.room.events().held()).isLessThanOrEqualTo(ROOM * 3 / 4);
    assertThat(lab.room.streams().held()).isLessThanOrEqualTo(ROOM / 4);
    assertThat(store.eventsUnderWayMax()).isLessThan((int) (ROOM / IngestRoom.EVENT_BYTES));
    store.release();
    int stored = 0;
    for (Post post : posts) {
      Post.Answer answer = post.answer();
      if (answer.status() == 200) {
        assertThat(answer.number("accepted")).isEqualTo(20_000);
        stored++;
      } else {
        assertNothingStored(answer);
      }
      post.close();
    }
    assertThat(stored).isPositive();
  }

  @Test
  void openStreams_areBounded_andNewOnesTurnedAway() throws IOException {
    List<Post> open = new ArrayList<>();
    boolean turnedAway = false;
    for (int i = 0; i < 40 && !turnedAway; i++) {
      long held = lab.room.streams().held();
      Post post = Post.of(lab.port(), Post.LINES).send("{");
      Eventually.within10Seconds(
          () -> assertThat(lab.room.streams().held() > held || isAnswered(post)).isTrue());
      turnedAway = isAnswered(post);
      open.add(post);
    }
    assertThat(turnedAway).isTrue();
    assertThat(open).hasSizeBetween(10, 12); // 128 KiB each of half a quarter of the room
    assertNothingStored(open.get(open.size() - 1).answer());
    for (Post post : open) {
      post.close();
    }
  }

  private static boolean isAnswered(Post post) {
    try {
      return post.isAnswered();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void firstLine_withoutRoom_isTurnedAway_laterOnesWait() throws Exception {
    store.stall();
    try (Post first = Post.of(lab.port(), Post.LINES)) {
      AtomicLong sent = new AtomicLong();
      pump(first, 30_000, sent);
      awaitStandstill(sent);
      while (lab.room.events().take(1000)) {
        // what the first stream left
      }
      try (Post second = Post.of(lab.port(), Post.LINES)) {
        assertNothingStored(second.send(IngestLab.line(1)).answer());
        assertThat(second.isClosed()).isTrue();
      }
      long taken = lab.room.events().held();
      store.release();
      assertThat(first.answer().number("accepted")).isEqualTo(30_000);
      Eventually.within10Seconds(() -> assertThat(lab.room.events().held()).isLessThan(taken));
      lab.room.events().give(lab.room.events().held());
    }
  }

  @Test
  void trickle_isStoredAtOnce() throws IOException {
    try (Post post = Post.of(lab.port(), Post.LINES)) {
      for (int i = 0; i < 5; i++) {
        post.send(IngestLab.line(i) + "{\"half\":");
        int stored = i + 1;
        Eventually.within10Seconds(() -> assertThat(store.stored).hasSize(stored));
        post.send("1}\n");
      }
      Post.Answer answer = post.end().answer();
      assertThat(answer.number("accepted")).isEqualTo(5);
      assertThat(answer.number("rejected")).isEqualTo(5);
    }
  }

  @Test
  void overloadedStore_turnsAwayWhatHasNotBegun() throws IOException {
    store.script(events -> ScriptedStore.fail(Kind.OVERLOADED));
    assertNothingStored(lab.post(Post.LINES, IngestLab.lines(0, 10).getBytes(UTF_8)));
    assertNothingStored(lab.post(Post.LINES, IngestLab.lines(0, 20_000).getBytes(UTF_8)));
    assertThat(store.stored).isEmpty();
  }

  @Test
  void overloadedStore_slowsDownWhatHasBegun() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    store.script(
        events ->
            calls.incrementAndGet() % 3 == 1
                ? store.store(events)
                : ScriptedStore.fail(Kind.OVERLOADED));
    try (Post post = Post.of(lab.port(), Post.LINES)) {
      post.send(IngestLab.line(0));
      Eventually.within10Seconds(() -> assertThat(store.stored).hasSize(1));
      Post.Answer answer = post.send(IngestLab.lines(1, 3000)).end().answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.number("accepted")).isEqualTo(3001);
      assertThat(store.stored).hasSize(3001);
      assertThat(lab.meters.get("annals.ingest.retries").counter().count()).isPositive();
    }
  }

  @Test
  void failure_isSeenByAClientThatIsStillSending() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    store.script(
        events ->
            calls.incrementAndGet() < 5 ? store.store(events) : ScriptedStore.fail(Kind.TIMEOUT));
    try (Post post = Post.of(lab.port(), Post.LINES)) {
      pump(post, Integer.MAX_VALUE - 100, new AtomicLong());
      Post.Answer answer = post.answer();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.headers()).containsEntry("connection", "close").containsKey("retry-after");
      assertThat(answer.number("accepted")).isEqualTo(answer.number("resumeFromLine") - 1);
      assertThat(post.isClosed()).isTrue();
    }
  }

  @Test
  void stopOfTheServer_endsStreams_andSaysHowFarTheyWereTaken() throws IOException {
    try (Post post = Post.of(lab.port(), Post.LINES)) {
      post.send(IngestLab.line(0));
      Eventually.within10Seconds(() -> assertThat(store.stored).hasSize(1));
      lab.room.endStreams();
      Post.Answer answer = post.answer();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.headers()).containsEntry("connection", "close").containsKey("retry-after");
      assertThat(answer.number("accepted")).isEqualTo(1);
      assertThat(answer.number("resumeFromLine")).isEqualTo(2);
    }
  }

  @Test
  void defect_isNoReasonToComeBack_butSaysWhatIsSettled() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    store.script(
        events ->
            calls.incrementAndGet() == 1 ? store.store(events) : ScriptedStore.fail(Kind.INTERNAL));
    try (Post post = Post.of(lab.port(), Post.LINES)) {
      post.send(IngestLab.line(0));
      Eventually.within10Seconds(() -> assertThat(store.stored).hasSize(1));
      Post.Answer answer = post.send("\n{}\n" + IngestLab.line(1)).end().answer();
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.number("accepted")).isEqualTo(1);
      assertThat(answer.number("resumeFromLine")).isEqualTo(2);
    }
  }

  /** Stores, in another order than asked and on other threads; fails now and then. */
  private void unreliable(Random random) {
    store.script(
        events -> {
          Promise<Void> promise = Promise.promise();
          int chance;
          int delay;
          synchronized (random) {
            chance = random.nextInt(20);
            delay = random.nextInt(20);
          }
          CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS)
              .execute(
                  () -> {
                    switch (chance) {
                      case 0 -> ScriptedStore.fail(Kind.UNAVAILABLE).onComplete(promise);
                      case 1 -> {
                        store.store(events.subList(0, events.size() / 2));
                        ScriptedStore.fail(Kind.TIMEOUT).onComplete(promise);
                      }
                      case 2, 3, 4 -> ScriptedStore.fail(Kind.OVERLOADED).onComplete(promise);
                      default -> store.store(events).onComplete(promise);
                    }
                  });
          return promise.future();
        });
  }

  @Test
  void whatIsSaidToBeSettled_isStored_andResumingLosesNothing() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int interruptions = 0;
    for (int round = 0; round < 6; round++) {
      store.stored.clear();
      unreliable(random);
      List<String> lines = new ArrayList<>();
      long good = 0;
      for (int i = 0; i < 12_000; i++) {
        int kind = random.nextInt(50);
        lines.add(kind == 0 ? "bad\n" : kind == 1 ? "\n" : IngestLab.line(i));
        good += kind > 1 ? 1 : 0;
      }
      long accepted = 0;
      int from = 0;
      for (boolean done = false; !done; ) {
        Post.Answer answer;
        try (Post post = Post.of(lab.port(), Post.LINES)) {
          send(post, lines.subList(from, lines.size()));
          answer = post.answer();
        }
        done = answer.status() == 200;
        if (!done) {
          interruptions++;
          assertThat(answer.status()).isEqualTo(503);
        }
        if (done || answer.json().containsKey("resumeFromLine")) {
          int to = done ? lines.size() : from + (int) answer.number("resumeFromLine") - 1;
          assertSettled(lines.subList(from, to), answer);
          accepted += answer.number("accepted");
          from = to;
        }
      }
      assertThat(accepted).as("seed %d", seed).isEqualTo(good);
      assertThat(store.stored).as("seed %d", seed).hasSize((int) good);
    }
    assertThat(interruptions).as("seed %d", seed).isPositive();
  }

  private static void send(Post post, List<String> lines) {
    try {
      for (int at = 0; at < lines.size(); at += 500) {
        post.send(String.join("", lines.subList(at, Math.min(at + 500, lines.size()))));
      }
      post.end();
    } catch (IOException e) {
      // It has answered before: that counts.
    }
  }

  private void assertSettled(List<String> lines, Post.Answer answer) {
    long bad = lines.stream().filter(line -> line.startsWith("bad")).count();
    List<String> events = lines.stream().filter(line -> line.startsWith("{")).toList();
    assertThat(answer.number("rejected")).isEqualTo(bad);
    assertThat(answer.number("accepted")).isEqualTo(events.size());
    List<UUID> ids = events.stream().map(line -> UUID.fromString(line.substring(7, 43))).toList();
    assertThat(store.stored.values()).extracting(event -> event.id()).containsAll(ids);
  }

  @Test
  void clientThatGoesAway_leavesNothingBehind() throws Exception {
    for (String encoding : List.of("identity", "gzip")) {
      store.stall();
      byte[] lines = IngestLab.lines(0, 3000).getBytes(UTF_8);
      byte[] body = encoding.equals("gzip") ? Post.gzip(lines) : lines;
      try (Post post = Post.encoded(lab.port(), Post.LINES, encoding)) {
        post.send(body);
        Eventually.within10Seconds(() -> assertThat(store.eventsUnderWay.get()).isPositive());
      }
      store.release();
      lab.assertNothingHeld();
    }
    try (Post post = Post.of(lab.port(), Post.LINES)) {
      post.send("{\"half");
      Eventually.within10Seconds(() -> assertThat(lab.room.streams().held()).isPositive());
    }
    try (Post post = Post.encoded(lab.port(), Post.JSON, "gzip")) {
      post.send(Post.gzip(("[" + " ".repeat(100_000)).getBytes(UTF_8)));
      Eventually.within10Seconds(() -> assertThat(lab.bodies.held()).isPositive());
    }
  }

  @Test
  void silentSender_isToldHowFarItCame() throws Exception {
    try (IngestLab impatient = impatient();
        Post post = Post.of(impatient.port(), Post.LINES)) {
      post.send(IngestLab.lines(0, 3) + "{\"half");
      Post.Answer answer = post.answer();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.number("accepted")).isEqualTo(3);
      assertThat(answer.number("resumeFromLine")).isEqualTo(4);
      assertThat(answer.headers()).containsEntry("connection", "close");
    }
    try (IngestLab impatient = impatient();
        Post post = Post.of(impatient.port(), Post.LINES)) {
      assertNothingStored(post.send("{\"half").answer());
    }
  }

  @Test
  void dribblingSender_ofALineWithoutEnd_isSilent() throws Exception {
    try (IngestLab impatient = impatient();
        Post post = Post.of(impatient.port(), Post.LINES)) {
      for (int i = 0; i < 100 && !post.isAnswered(); i++) {
        post.send(" ");
        TimeUnit.MILLISECONDS.sleep(100);
      }
      assertNothingStored(post.answer());
    }
  }

  @Test
  void slowSender_ofWholeLines_isNotCutOff() throws Exception {
    try (IngestLab impatient = impatient();
        Post post = Post.of(impatient.port(), Post.LINES)) {
      for (int i = 0; i < 10; i++) {
        post.send(IngestLab.line(i));
        TimeUnit.MILLISECONDS.sleep(SILENCE_MILLIS_MAX / 4);
      }
      assertThat(post.end().answer().number("accepted")).isEqualTo(10);
    }
  }

  @Test
  void http2Stream_isSlowedDown_storedAndToldOfFailures() throws Exception {
    store.stall();
    Vertx vertx = Vertx.vertx();
    try (IngestLab impatient = impatient()) {
      HttpClient client =
          vertx.createHttpClient(
              new HttpClientOptions()
                  .setProtocolVersion(HttpVersion.HTTP_2)
                  .setHttp2ClearTextUpgrade(false));
      Future<Integer> slow = post(client, impatient.port(), IngestLab.lines(0, 40_000));
      Eventually.within10Seconds(
          () -> assertThat(impatient.room.events().held()).isGreaterThan(ROOM / 2));
      TimeUnit.MILLISECONDS.sleep(IDLE_MILLIS_MAX * 3 / 2);
      store.release();
      assertThat(slow.await(10, TimeUnit.SECONDS)).isEqualTo(200);
      assertThat(store.stored).hasSize(40_000);
      store.script(events -> ScriptedStore.fail(Kind.TIMEOUT));
      Future<Integer> failed = post(client, impatient.port(), IngestLab.lines(0, 40_000));
      assertThat(failed.await(10, TimeUnit.SECONDS)).isEqualTo(503);
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void http2StreamsThatWait_leaveTheirConnectionToOthers() throws Exception {
    store.stall();
    Vertx vertx = Vertx.vertx();
    try (IngestLab patient = new IngestLab(store, 1 << 30)) {
      HttpClient client =
          vertx.createHttpClient(
              new HttpClientOptions()
                  .setProtocolVersion(HttpVersion.HTTP_2)
                  .setHttp2ClearTextUpgrade(false));
      List<Future<Integer>> waiting = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        waiting.add(post(client, patient.port(), IngestLab.lines(i * 40_000, 40_000)));
      }
      Eventually.within(60, () -> assertThat(store.eventsUnderWay.get()).isGreaterThan(5 * 16_000));
      Future<Integer> other =
          client
              .request(HttpMethod.POST, patient.port(), "127.0.0.1", IngestLab.PATH)
              .compose(
                  request ->
                      request
                          .putHeader("Content-Type", Post.JSON)
                          .send(Buffer.buffer("{" + " ".repeat(300_000)))
                          .map(HttpClientResponse::statusCode));
      assertThat(other.await(10, TimeUnit.SECONDS)).isEqualTo(400);
      assertThat(waiting).noneMatch(Future::isComplete);
      store.release();
      for (Future<Integer> each : waiting) {
        assertThat(each.await(20, TimeUnit.SECONDS)).isEqualTo(200);
      }
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
  }

  private Future<Integer> post(HttpClient client, int port, String lines) {
    return client
        .request(HttpMethod.POST, port, "127.0.0.1", IngestLab.PATH)
        .compose(
            request ->
                request
                    .putHeader("Content-Type", Post.LINES)
                    .send(Buffer.buffer(lines))
                    .map(HttpClientResponse::statusCode));
  }
}
