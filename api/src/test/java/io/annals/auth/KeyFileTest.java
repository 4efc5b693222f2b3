package io.annals.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("data/auth.json");
  }

  private JsonObject content() throws IOException {
    return new JsonObject(Files.readString(path));
  }

  private ThrowableAssertAlternative<KeyFileException> assertUnreadable() {
    return assertThatExceptionOfType(KeyFileException.class)
        .isThrownBy(() -> KeyFile.read(path))
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1).contains(path.toString()));
  }

  @Test
  void missingFile_isMadeForItsOwnerAlone() throws Exception {
    KeyFile made = KeyFile.readOrCreate(path);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    assertThat(made.cursorSecret()).hasSize(32);
    try (Stream<Path> files = Files.list(path.getParent())) {
      assertThat(files).as("no draft is left").containsExactly(path);
    }
  }

  @Test
  void existingFile_stays() throws Exception {
    KeyFile made = KeyFile.readOrCreate(path);
    String before = Files.readString(path);

    KeyFile again = KeyFile.readOrCreate(path);

    assertThat(Files.readString(path)).isEqualTo(before);
    assertThat(again.publicKeySet(NOW)).isEqualTo(made.publicKeySet(NOW));
    assertThat(again.cursorSecret()).isEqualTo(made.cursorSecret());
    assertThat(KeyFile.read(path).publicKeySet(NOW)).isEqualTo(made.publicKeySet(NOW));
  }

  @Test
  void serversThatStartAtOnce_shareOneFile() throws Exception {
    int servers = 8;
    ExecutorService threads = Executors.newFixedThreadPool(servers);
    try {
      for (int round = 0; round < 10; round++) {
        Path shared = directory.resolve("round" + round + "/auth.json");
        CyclicBarrier start = new CyclicBarrier(servers);
        List<Future<KeyFile>> all = new ArrayList<>();
        for (int i = 0; i < servers; i++) {
          all.add(
              threads.submit(
                  () -> {
                    start.await();
                    return KeyFile.readOrCreate(shared);
                  }));
        }
        JsonObject winner = KeyFile.readOrCreate(shared).publicKeySet(NOW);
        for (Future<KeyFile> each : all) {
          assertThat(each.get().publicKeySet(NOW)).isEqualTo(winner);
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void draftOfAServerThatLost_doesNotReplaceTheFile() throws Exception {
    KeyFile.readOrCreate(path);
    String before = Files.readString(path);

    NewFile.create(path, "another");

    assertThat(Files.readString(path)).isEqualTo(before);
  }

  @Test
  void absentFile_saysWhatToDo() {
    assertThatExceptionOfType(KeyFileException.class)
        .isThrownBy(() -> KeyFile.read(path))
        .withMessage(
            "no key file at %s: start the server once, or name its data directory with --data-dir",
            path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw------x", "rw-rw-rw-"})
  void fileOpenToOthers_isRefused(String mode) throws Exception {
    KeyFile.readOrCreate(path);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));

    assertUnreadable().withMessageContaining("chmod 600 " + path);
    assertThatExceptionOfType(KeyFileException.class).isThrownBy(() -> KeyFile.readOrCreate(path));
  }

  @Test
  void readOnlyFile_isFine() throws Exception {
    KeyFile.readOrCreate(path);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r--------"));

    assertThat(KeyFile.read(path)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "{}", "{\"keys\":[]}", "{\"keys\":[{}]}", "{\"keys\":7}", "\u0000"})
  void damagedFile_isRefused(String text) throws Exception {
    KeyFile.readOrCreate(path);
    Files.writeString(path, text);

    assertUnreadable().withMessageContaining("damaged");
  }

  @Test
  void halvesThatDoNotBelongTogether_areRefused() throws Exception {
    KeyFile.readOrCreate(path);
    JsonObject file = content();
    file.getJsonArray("keys").getJsonObject(0).put("n", SigningKey.generate().getString("n"));
    Files.writeString(path, file.encode());

    assertUnreadable().withMessageContaining("not a working RS256 key");
  }

  @Test
  void otherAlgorithm_isRefused() throws Exception {
    KeyFile.readOrCreate(path);
    JsonObject file = content();
    file.getJsonArray("keys").getJsonObject(0).put("alg", "PS256");
    Files.writeString(path, file.encode());

    assertUnreadable().withMessageContaining("not a working RS256 key");
  }

  @Test
  void shortCursorSecret_isRefusedWithoutBeingShown() throws Exception {
    KeyFile.readOrCreate(path);
    Files.writeString(path, content().put("cursorSecret", "c2VjcmV0!").encode());

    assertUnreadable().withMessageContaining("cursorSecret").withMessageNotContaining("c2Vj");
  }

  @Test
  void twoKeysOfOneName_areRefused() throws Exception {
    KeyFile.readOrCreate(path);
    JsonObject file = content();
    file.getJsonArray("keys").add(file.getJsonArray("keys").getJsonObject(0));
    Files.writeString(path, file.encode());

    assertUnreadable().withMessageContaining("two keys");
  }

  @Test
  void rotatedFile_signsWithTheFirstKeyAndVerifiesWithAll() throws Exception {
    KeyFile former = KeyFile.readOrCreate(path);
    JsonObject file = content();
    JsonObject fresh = SigningKey.generate();
    file.getJsonArray("keys").add(0, fresh);
    Files.writeString(path, file.encode());

    KeyFile rotated = KeyFile.read(path);

    assertThat(rotated.signer(NOW).kid()).isEqualTo(fresh.getString("kid"));
    assertThat(rotated.entries())
        .containsOnlyKeys(fresh.getString("kid"), former.signer(NOW).kid());
  }

  @Test
  void keyPutFirstByHand_signsAtOnceAndLeavesTheEndOfTheOthersOpen() throws Exception {
    KeyFile former = KeyFile.readOrCreate(path);
    JsonObject file = content();
    file.getJsonArray("keys").add(0, SigningKey.generate());
    Files.writeString(path, file.encode());

    KeyFile rotated = KeyFile.read(path);

    assertThat(rotated.entries().values()).allMatch(entry -> entry.acceptedUntil() == null);
    assertThat(rotated.publicKeySet(Instant.MAX).getJsonArray("keys")).hasSize(2);
    assertThat(rotated.signer(Instant.MIN).kid()).isNotEqualTo(former.signer(NOW).kid());
  }

  @Test
  void keysThatAllBeginLater_leaveTheOldestToSign() throws Exception {
    KeyFile.readOrCreate(path);
    JsonObject file = content();
    file.put(
        "keys",
        new JsonArray()
            .add(SigningKey.generate(NOW.plusSeconds(2)))
            .add(SigningKey.generate(NOW.plusSeconds(1)).put("kid", "oldest")));
    Files.writeString(path, file.encode());

    assertThat(KeyFile.read(path).signer(NOW).kid()).isEqualTo("oldest");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "1795183407", "2026-11-24", "+1000000000-12-31T23:59:59Z"})
  void beginThatIsNoTime_isRefused(String signsFrom) throws Exception {
    KeyFile.readOrCreate(path);
    JsonObject file = content();
    JsonObject fresh = SigningKey.generate().put("signsFrom", signsFrom);
    file.getJsonArray("keys").add(0, fresh);
    Files.writeString(path, file.encode());

    assertUnreadable().withMessageContaining("damaged");
  }

  @Test
  void publicKeySet_holdsNoSecret() throws Exception {
    KeyFile keys = KeyFile.readOrCreate(path);
    JsonObject privateJwk = content().getJsonArray("keys").getJsonObject(0);

    JsonObject open = keys.publicKeySet(NOW).getJsonArray("keys").getJsonObject(0);

    assertThat(open.fieldNames()).containsOnly("kid", "alg", "use", "kty", "n", "e");
    assertThat(keys.toString() + keys.signer(NOW))
        .contains(privateJwk.getString("kid"))
        .doesNotContain(privateJwk.getString("d"))
        .doesNotContain(content().getString("cursorSecret"));
  }

  @Test
  void cursorSecret_cannotBeChangedFromOutside() {
    KeyFile keys = KeyFile.readOrCreate(path);
    byte[] before = keys.cursorSecret();

    keys.cursorSecret()[0] ^= 1;

    assertThat(keys.cursorSecret()).isEqualTo(before);
  }

  @Test
  void directoryThatCannotBeMade_isReported() throws Exception {
    Files.writeString(directory.resolve("data"), "a file");

    assertThatExceptionOfType(KeyFileException.class)
        .isThrownBy(() -> KeyFile.readOrCreate(path))
        .withMessageContaining("key file " + path);
  }
}
