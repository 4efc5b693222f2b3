package io.annals.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRotationTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00.500Z");
  private static final Instant SIGNS_FROM = Instant.parse("2026-11-24T12:00:10Z");
  private static final Duration KEPT = Duration.ofDays(91);

  @TempDir Path directory;
  private Path path;
  private KeyFile before;
  private String firstKid;

  @BeforeEach
  void make() {
    path = directory.resolve("auth.json");
    before = KeyFile.readOrCreate(path);
    firstKid = before.signer(NOW).kid();
  }

  private JsonObject content() throws IOException {
    return new JsonObject(Files.readString(path));
  }

  private static List<String> published(KeyFile keys, Instant time) {
    return keys.publicKeySet(time).getJsonArray("keys").stream()
        .map(key -> ((JsonObject) key).getString("kid"))
        .toList();
  }

  @Test
  void newKey_isPublishedAtOnceAndSignsSomeSecondsLater() {
    KeyRotation rotation = KeyRotation.rotate(path, NOW);

    KeyFile after = KeyFile.read(path);
    assertThat(rotation.signsFrom()).isEqualTo(SIGNS_FROM);
    assertThat(published(after, NOW)).containsExactly(rotation.kid(), firstKid);
    assertThat(after.signer(SIGNS_FROM.minusNanos(1)).kid()).isEqualTo(firstKid);
    assertThat(after.signer(SIGNS_FROM).kid()).isEqualTo(rotation.kid());
  }

  @Test
  void formerKey_isPublishedUntilItsTokensHaveExpired() {
    KeyRotation rotation = KeyRotation.rotate(path, NOW);

    Instant until = SIGNS_FROM.plus(KEPT);
    assertThat(until).isAfter(SIGNS_FROM.plus(TokenIssuer.TTL_MAX).plus(Claims.LEEWAY));
    assertThat(rotation.retired()).containsOnly(Map.entry(firstKid, until));
    KeyFile after = KeyFile.read(path);
    assertThat(published(after, until.minusMillis(1))).contains(firstKid);
    assertThat(published(after, until)).containsExactly(rotation.kid());
  }

  @Test
  void keyWhoseTokensHaveExpired_isDroppedAtTheNextRotation() throws IOException {
    KeyRotation second = KeyRotation.rotate(path, NOW);
    Instant until = SIGNS_FROM.plus(KEPT);

    KeyRotation early = KeyRotation.rotate(path, until.minusMillis(1));
    assertThat(early.dropped()).isEmpty();
    assertThat(early.retired()).containsOnlyKeys(second.kid(), firstKid);
    KeyRotation late = KeyRotation.rotate(path, until);

    assertThat(late.dropped()).containsExactly(firstKid);
    assertThat(KeyFile.read(path).entries())
        .containsOnlyKeys(late.kid(), early.kid(), second.kid());
    assertThat(Files.readString(path)).doesNotContain(firstKid);
  }

  @Test
  void generations_endWhenTheirSuccessorsBegin() {
    KeyRotation second = KeyRotation.rotate(path, NOW);
    KeyRotation third = KeyRotation.rotate(path, NOW.plus(Duration.ofDays(30)));
    KeyRotation fourth = KeyRotation.rotate(path, NOW.plus(Duration.ofDays(60)));

    assertThat(fourth.retired().keySet()).containsExactly(third.kid(), second.kid(), firstKid);
    assertThat(fourth.retired())
        .containsEntry(firstKid, second.signsFrom().plus(KEPT))
        .containsEntry(second.kid(), third.signsFrom().plus(KEPT))
        .containsEntry(third.kid(), fourth.signsFrom().plus(KEPT));
    KeyFile keys = KeyFile.read(path);
    assertThat(keys.signer(NOW).kid()).isEqualTo(firstKid);
    assertThat(keys.signer(third.signsFrom()).kid()).isEqualTo(third.kid());
    assertThat(keys.signer(Instant.MAX).kid()).isEqualTo(fourth.kid());
  }

  @Test
  void keyOfAFastClock_neverSignsOnceAnotherHasTakenOver() {
    KeyRotation hasty = KeyRotation.rotate(path, NOW.plus(Duration.ofDays(1)));
    KeyRotation right = KeyRotation.rotate(path, NOW);

    assertThat(right.retired())
        .containsEntry(firstKid, SIGNS_FROM.plus(KEPT))
        .containsEntry(hasty.kid(), SIGNS_FROM.plus(KEPT));
    assertThat(KeyFile.read(path).signer(Instant.MAX).kid()).isEqualTo(right.kid());
  }

  @Test
  void allElse_staysAsItIs() throws IOException {
    JsonObject noted = content().put("note", "ours");
    Files.writeString(path, noted.encode());

    KeyRotation.rotate(path, NOW);

    JsonObject after = content();
    assertThat(KeyFile.read(path).cursorSecret()).isEqualTo(before.cursorSecret());
    assertThat(after.getJsonArray("keys").getJsonObject(1))
        .isEqualTo(noted.getJsonArray("keys").getJsonObject(0));
    assertThat(after.getString("note")).isEqualTo("ours");
  }

  @Test
  void file_staysItsOwnersAlone() throws IOException {
    KeyRotation.rotate(path, NOW);

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files)
          .as("no draft is left")
          .containsExactlyInAnyOrder(path, directory.resolve("auth.json.lock"))
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
  }

  @Test
  void linkToTheFile_staysALink() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link.json"), path);

    KeyRotation rotation = KeyRotation.rotate(link, NOW);

    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(KeyFile.read(path).entries()).containsOnlyKeys(rotation.kid(), firstKid);
  }

  @Test
  void rotationsAtOnce_loseNoKey() throws Exception {
    int count = 6;
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      CyclicBarrier start = new CyclicBarrier(count);
      List<Future<KeyRotation>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(
            threads.submit(
                () -> {
                  start.await();
                  return KeyRotation.rotate(path, NOW);
                }));
      }
      List<String> kids = new ArrayList<>(List.of(firstKid));
      for (Future<KeyRotation> each : all) {
        kids.add(each.get().kid());
      }
      assertThat(KeyFile.read(path).entries().keySet()).containsExactlyInAnyOrderElementsOf(kids);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void readers_findTheFormerOrTheNewFileWhole() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<?> rotations =
          threads.submit(
              () -> {
                for (int i = 0; i < 5; i++) {
                  KeyRotation.rotate(path, NOW);
                }
              });
      int reads = 0;
      do {
        assertThat(KeyFile.read(path).entries()).containsKey(firstKid);
        reads++;
      } while (!rotations.isDone());
      rotations.get();
      assertThat(reads).isGreaterThan(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void fullFile_isRefusedAndStays() throws IOException {
    JsonObject file = content();
    JsonArray keys = file.getJsonArray("keys");
    for (int i = keys.size(); i < KeyFile.KEYS_MAX; i++) {
      keys.add(keys.getJsonObject(0).copy().put("kid", "k" + i));
    }
    Files.writeString(path, file.encodePrettily());
    String full = Files.readString(path);

    assertThatExceptionOfType(KeyFileException.class)
        .isThrownBy(() -> KeyRotation.rotate(path, NOW))
        .withMessageContaining("all of its 100 keys are in use");
    assertThat(Files.readString(path)).isEqualTo(full);
  }

  @Test
  void damagedFile_isRefusedAndStays() throws IOException {
    Files.writeString(path, "{\"keys\":[]}");

    assertThatExceptionOfType(KeyFileException.class)
        .isThrownBy(() -> KeyRotation.rotate(path, NOW))
        .withMessageContaining("damaged");
    assertThat(Files.readString(path)).isEqualTo("{\"keys\":[]}");
  }

  @Test
  void absentFile_isNotMade() {
    Path absent = directory.resolve("absent.json");

    assertThatExceptionOfType(KeyFileException.class)
        .isThrownBy(() -> KeyRotation.rotate(absent, NOW))
        .withMessageContaining("no key file at " + absent);
    assertThat(absent).doesNotExist();
  }
}
