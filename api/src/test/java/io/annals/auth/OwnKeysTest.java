package io.annals.auth;

import static io.annals.auth.AuthFixture.HOUR;
import static io.annals.auth.AuthFixture.SCOPES;
import static io.annals.auth.AuthFixture.TENANT;
import static io.annals.auth.AuthFixture.assertAccepted;
import static io.annals.auth.AuthFixture.assertRefused;
import static io.annals.auth.AuthFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Servers that share a key file, while it changes under them. */
class OwnKeysTest {
  @TempDir Path directory;
  private AuthFixture fixture;
  private Path path;
  private OwnKeys keys;
  private TokenVerifier verifier;
  private TokenIssuer issuer;

  @BeforeEach
  void open() {
    fixture = new AuthFixture(directory);
    path = directory.resolve("auth.json");
    keys = await(OwnKeys.open(fixture.vertx, path));
    verifier = verifierOf(keys);
    issuer = new TokenIssuer(keys, fixture.clock);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private TokenVerifier verifierOf(OwnKeys own) {
    return new TokenVerifier(fixture.vertx, own, null, AuthSettings.OWN_TOKENS_ONLY, fixture.clock);
  }

  private String token() {
    return issuer.issue("alice", Optional.of(TENANT), SCOPES, HOUR);
  }

  private static String kid(String token) {
    return Jwt.parse(token).kid();
  }

  private void awaitKeys(int count) {
    Eventually.within10Seconds(() -> assertThat(keys.get().entries()).hasSize(count));
  }

  private KeyRotation rotate() {
    int before = keys.get().entries().size();
    KeyRotation rotation = KeyRotation.rotate(path, fixture.clock.now);
    awaitKeys(before + 1);
    return rotation;
  }

  @Test
  void rotation_isTakenUpWithoutARestart() {
    String former = token();
    assertAccepted(verifier, former);

    KeyRotation rotation = rotate();

    assertThat(kid(token())).as("published, but not signing yet").isEqualTo(kid(former));
    fixture.clock.advance(KeyRotation.LEAD);
    String fresh = token();
    assertThat(kid(fresh)).isEqualTo(rotation.kid());
    assertAccepted(verifier, fresh);
    assertAccepted(verifier, former);
  }

  @Test
  void tokenOfTheNewKey_isAcceptedBeforeItSigns() {
    KeyRotation rotation = rotate();

    Instant later = fixture.clock.now.plus(KeyRotation.LEAD);
    TokenIssuer hasty = new TokenIssuer(keys, () -> later);
    String token = hasty.issue("alice", Optional.of(TENANT), SCOPES, HOUR);

    assertThat(kid(token)).isEqualTo(rotation.kid());
    assertAccepted(verifier, token);
  }

  @Test
  void serversThatShareTheFile_acceptWhatEachSigns() {
    OwnKeys others = await(OwnKeys.open(fixture.vertx, path));
    rotate();
    Eventually.within10Seconds(() -> assertThat(others.get().entries()).hasSize(2));
    fixture.clock.advance(KeyRotation.LEAD);

    assertAccepted(verifierOf(others), token());
    assertAccepted(
        verifier,
        new TokenIssuer(others, fixture.clock).issue("bob", Optional.of(TENANT), SCOPES, HOUR));
  }

  @Test
  void longestToken_isGoodToItsEndAfterARotation() {
    String token = issuer.issue("alice", Optional.of(TENANT), SCOPES, TokenIssuer.TTL_MAX);
    rotate();

    fixture.clock.advance(TokenIssuer.TTL_MAX.plus(Claims.LEEWAY).minusSeconds(1));
    rotate();

    assertAccepted(verifier, token);
    fixture.clock.advance(Duration.ofSeconds(2));
    assertRefused(verifier, token).hasMessage("the token has expired");
  }

  @Test
  void tokenThatOutlivesItsKey_isRefused() {
    KeyFile stolen = keys.get();
    KeyRotation rotation = rotate();
    Instant until = rotation.retired().get(stolen.signer(Instant.EPOCH).kid());
    JsonObject claims =
        fixture.claims().put("iss", Claims.OWN_ISSUER).put("exp", until.getEpochSecond());
    SigningKey key = stolen.signer(fixture.clock.now);

    assertAccepted(verifier, key.sign(claims));
    assertRefused(verifier, key.sign(claims.put("exp", until.getEpochSecond() + 1)))
        .hasMessage("the token outlives the key that it names");
  }

  @Test
  void rememberedToken_isRefusedOnceItsKeyIsTakenFromTheFile() throws IOException {
    String token = token();
    rotate();
    assertAccepted(verifier, token);
    JsonObject file = new JsonObject(Files.readString(path));
    JsonArray jwks = file.getJsonArray("keys");

    jwks.remove(1);
    Files.writeString(path, file.encode());

    awaitKeys(1);
    assertRefused(verifier, token).hasMessage("the token names no key of this server");
  }

  @Test
  void unusableFile_changesNothingAndIsReportedOnce() throws Exception {
    String whole = Files.readString(path);
    String token = token();
    try (LogOfReloads log = new LogOfReloads()) {
      Files.writeString(path, "{\"keys\":[");
      log.awaitWarnings(1);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
      log.awaitWarnings(2);
      Files.delete(path);
      log.awaitWarnings(3);

      Future<Void> severalReads = fixture.vertx.timer(2_500).mapEmpty();
      assertAccepted(verifierOf(keys), token);
      assertThat(kid(token())).isEqualTo(kid(token));
      await(severalReads);
      assertThat(log.warnings())
          .hasSize(3)
          .allSatisfy(
              warning ->
                  assertThat(warning)
                      .startsWith("Cannot use " + path)
                      .endsWith(
                          "going on with signing keys [" + kid(token) + "], and trying again"));
      assertThat(log.warnings().get(0)).contains("is damaged");
      assertThat(log.warnings().get(1)).contains("chmod 600 " + path);
      assertThat(log.warnings().get(2)).contains("NoSuchFile");
      assertThat(path).as("not made anew").doesNotExist();

      NewFile.create(path, whole);
      rotate();
      assertThat(log.warnings()).hasSize(3);
    }
  }

  @Test
  void unusableFile_stopsTheStart() throws IOException {
    Files.writeString(path, "{}");

    assertThatThrownBy(() -> await(OwnKeys.open(fixture.vertx, path)))
        .isExactlyInstanceOf(KeyFileException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void closedKeys_stayAsTheyAre() {
    await(keys.close());
    KeyFile last = keys.get();
    OwnKeys others = await(OwnKeys.open(fixture.vertx, path));

    KeyRotation.rotate(path, fixture.clock.now);

    Eventually.within10Seconds(() -> assertThat(others.get().entries()).hasSize(2));
    assertThat(keys.get()).isSameAs(last);
  }

  /** What the reading of sources wrote while this is open. */
  private static final class LogOfReloads implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger(Reloaded.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    LogOfReloads() {
      appender.list = new CopyOnWriteArrayList<>();
      appender.start();
      logger.addAppender(appender);
    }

    List<String> warnings() {
      return appender.list.stream()
          .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
          .map(ILoggingEvent::getFormattedMessage)
          .toList();
    }

    void awaitWarnings(int count) {
      Eventually.within10Seconds(() -> assertThat(warnings()).hasSize(count));
    }

    @Override
    public void close() {
      logger.detachAppender(appender);
    }
  }
}
