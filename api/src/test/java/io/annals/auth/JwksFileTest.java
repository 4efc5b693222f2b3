package io.annals.auth;

import static io.annals.auth.AuthFixture.assertAccepted;
import static io.annals.auth.AuthFixture.assertRefused;
import static io.annals.auth.AuthFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JwksFileTest {
  @TempDir Path directory;
  private AuthFixture fixture;
  private final TestKey key = TestKey.of("k1", "ES256");

  @BeforeEach
  void open() {
    fixture = new AuthFixture(directory);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private ExternalKeys parse(JsonObject... keys) {
    return ExternalKeys.parse(AuthFixture.jwks(keys).toBuffer());
  }

  private TokenVerifier verifierOf(Path file) {
    return await(
        TokenVerifier.open(
            fixture.vertx,
            () -> fixture.keyFile,
            new AuthSettings(null, file.toString(), null, "annals-api")));
  }

  @Test
  void changedFile_isReadAgain() {
    TokenVerifier verifier = verifierOf(fixture.writeJwks(key));
    TestKey next = TestKey.of("k2", "ES256");
    assertAccepted(verifier, key.sign(fixture.claims()));

    fixture.writeJwks(next);

    String token = next.sign(fixture.claims());
    Eventually.within10Seconds(
        () -> assertThat(await(verifier.verify(token).otherwiseEmpty())).isNotNull());
  }

  @Test
  void sameContent_keepsTheSameInstance() throws Exception {
    Path file = fixture.writeJwks(key);
    Reloaded<ExternalKeys> jwks =
        await(ExternalKeys.open(fixture.vertx, new FileSource(fixture.vertx, file)));
    ExternalKeys before = jwks.current();

    fixture.writeJwks(key);
    Thread.sleep(1_500);

    assertThat(jwks.current()).isSameAs(before);
  }

  @Test
  void damagedOrVanishedFile_keepsTheKeys() throws Exception {
    TokenVerifier verifier = verifierOf(fixture.writeJwks(key));

    fixture.writeJwks("{\"keys\":[");
    Thread.sleep(1_500);
    assertAccepted(verifier, key.sign(fixture.claims()));
    Files.delete(directory.resolve("jwks.json"));
    Thread.sleep(1_500);
    assertAccepted(verifier, key.sign(fixture.claims().put("jti", "2")));
  }

  @Test
  void absentOrDamagedFile_stopsTheStart() {
    Path absent = directory.resolve("absent.json");
    assertThatThrownBy(() -> verifierOf(absent))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(absent.toString());
    assertThatThrownBy(() -> verifierOf(fixture.writeJwks("[]")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("jwks.json");
    assertThatThrownBy(() -> verifierOf(fixture.writeJwks(" ".repeat(Source.BYTES_MAX + 1))))
        .hasMessageContaining("larger");
  }

  @Test
  void keysThatCannotVerify_areLeftOut() {
    JsonObject symmetric =
        new JsonObject().put("kty", "oct").put("alg", "HS256").put("k", "c2VjcmV0").put("kid", "s");

    assertThat(parse(symmetric).size()).isZero();
    assertThat(parse(key.publicJwk().put("use", "enc")).size()).isZero();
    assertThat(parse(key.publicJwk().put("key_ops", new JsonArray().add("sign"))).size()).isZero();
    assertThat(parse(key.publicJwk().put("kid", 7)).size()).isZero();
    assertThat(parse(key.publicJwk().put("kty", "XX")).size()).isZero();
    assertThat(parse(key.publicJwk().putNull("x")).size()).isZero();
    assertThat(parse(TestKey.of("k", "RS256", 1024).publicJwk()).size()).isZero();
    assertThat(parse(TestKey.of("k", "RS256").publicJwk().put("alg", "RSA-OAEP")).size()).isZero();
    assertThat(parse(new JsonObject()).size()).isZero();
    assertThat(
            parse(
                    symmetric,
                    key.publicJwk().put("use", "sig"),
                    TestKey.of("k2", "ES256")
                        .publicJwk()
                        .put("key_ops", new JsonArray().add("verify")))
                .size())
        .isEqualTo(2);
  }

  @Test
  void symmetricKey_verifiesNothing() {
    fixture.writeJwks(
        AuthFixture.jwks(key.publicJwk().put("kty", "oct").put("k", "c2VjcmV0")).encode());

    assertRefused(verifierOf(directory.resolve("jwks.json")), key.sign(fixture.claims()));
  }

  @Test
  void secondKeyOfOneName_isLeftOut() {
    assertThat(parse(key.publicJwk(), TestKey.of("k1", "ES256").publicJwk()).size()).isEqualTo(1);
    assertThat(parse(key.publicJwk(), TestKey.of("k1", "EdDSA").publicJwk()).size()).isEqualTo(2);
  }

  @Test
  void keyCount_isBounded() {
    JsonObject[] keys = new JsonObject[101];
    java.util.Arrays.fill(keys, new JsonObject());
    assertThatThrownBy(() -> parse(keys)).hasMessageContaining("more than 100");
  }

  @Test
  void rsaKeyWithoutAlg_isForRs256() {
    TestKey rsa = TestKey.of("r", "RS256");
    JsonObject jwk = rsa.publicJwk();
    jwk.remove("alg");
    fixture.writeJwks(AuthFixture.jwks(jwk).encode());

    TokenVerifier verifier = verifierOf(directory.resolve("jwks.json"));

    assertAccepted(verifier, rsa.sign(fixture.claims()));
    assertRefused(verifier, rsa.as("r", "RS512").sign(fixture.claims()));
  }
}
