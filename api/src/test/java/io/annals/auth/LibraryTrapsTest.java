package io.annals.auth;

import static io.annals.auth.AuthFixture.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What vertx-auth-jwt does unless it is kept from it: the trap, then that we do not fall into it.
 */
class LibraryTrapsTest {
  @TempDir Path directory;
  private AuthFixture fixture;
  private final TestKey key = TestKey.of("idp-1", "ES256");

  @BeforeEach
  void open() {
    fixture = new AuthFixture(directory);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static boolean libraryTakes(JWTAuth auth, String token) {
    return auth.authenticate(new TokenCredentials(token)).succeeded();
  }

  private String unsigned() {
    return TestKey.base64("{\"alg\":\"none\"}") + "." + TestKey.base64(fixture.claims().encode());
  }

  @Test
  void noUsableKey_acceptsNoUnsignedToken() {
    JsonObject broken = key.publicJwk().put("x", "AA").put("crv", "P-000");
    JWTAuth keyless = JWTAuth.create(fixture.vertx, new JWTAuthOptions().addJwk(broken));
    assertThat(libraryTakes(keyless, unsigned())).as("the trap").isTrue();

    assertThatThrownBy(() -> VerificationKey.of(StrictJson.object(broken.toBuffer().getBytes())))
        .isInstanceOf(IllegalArgumentException.class);
    JsonObject garbage = key.publicJwk().put("x", "!").put("y", "!");
    assertThatThrownBy(() -> VerificationKey.of(StrictJson.object(garbage.toBuffer().getBytes())))
        .isInstanceOf(IllegalArgumentException.class);
    assertRefused(fixture.trusting(), unsigned());
    assertRefused(fixture.trusting(), unsigned() + ".");
    assertRefused(fixture.ownOnly(), unsigned());
    assertRefused(fixture.ownOnly(), unsigned() + ".");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "None", "NONE", "HS256", "HS384", "HS512", "RS1", "ES256K", ""})
  void algorithmOutsideTheList_isRefused(String alg) {
    String header = key.header().put("alg", alg).encode();

    assertRefused(fixture.trusting(key), key.sign(header, fixture.claims().encode()))
        .hasMessageContaining("alg");
  }

  @Test
  void publicKeyAsHmacSecret_isRefused() throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.publicKeyBytes(), "HmacSHA256"));
    String input =
        TestKey.base64(key.header().put("alg", "HS256").encode())
            + "."
            + TestKey.base64(fixture.claims().encode());
    String confused =
        input + "." + TestKey.base64(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));

    assertRefused(fixture.trusting(key), confused).hasMessageContaining("alg");
  }

  @Test
  void otherThanThreeSegments_isRefused() {
    String token = key.sign(fixture.claims());
    TokenVerifier verifier = fixture.trusting(key);
    // The library splits without the empty segments at the end, and so takes this one.
    assertThat(libraryTakes(VerificationKey.auth(key.publicJwk()), token + ".")).isTrue();

    assertRefused(verifier, token + ".").hasMessageContaining("three segments");
    assertRefused(verifier, token + ".e30").hasMessageContaining("three segments");
    assertRefused(verifier, token.substring(0, token.lastIndexOf('.')))
        .hasMessageContaining("three segments");
    assertRefused(verifier, "");
    assertRefused(verifier, "..");
  }

  @Test
  void missingExp_isRefused() {
    JsonObject eternal = fixture.claims();
    eternal.remove("exp");
    JWTAuth library = JWTAuth.create(fixture.vertx, new JWTAuthOptions().addJwk(key.publicJwk()));
    assertThat(libraryTakes(library, key.sign(eternal))).as("the trap").isTrue();

    assertRefused(fixture.trusting(key), key.sign(eternal)).hasMessage("the claim exp is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"tomorrow\"",
        "\"9999999999\"",
        "null",
        "true",
        "[]",
        "{}",
        "-1",
        "1e300",
        "1e999999999",
        "253402300800",
        "99999999999999999999999999999999999999"
      })
  void expThatIsNoTime_isRefused(String exp) {
    JsonObject claims = fixture.claims();
    claims.remove("exp");
    String payload = claims.encode().replaceFirst("\\{", "{\"exp\":" + exp + ",");

    assertRefused(fixture.trusting(key), key.sign(key.header().encode(), payload));
  }

  @Test
  void nonNumericTimes_doNotSurfaceAsClassCastException() {
    String token = key.sign(fixture.claims().put("exp", "tomorrow"));
    JWTAuth library = JWTAuth.create(fixture.vertx, new JWTAuthOptions().addJwk(key.publicJwk()));
    assertThatThrownBy(() -> libraryTakes(library, token)).isInstanceOf(ClassCastException.class);

    for (String claim : new String[] {"exp", "nbf", "iat"}) {
      assertRefused(fixture.trusting(key), key.sign(fixture.claims().put(claim, "tomorrow")))
          .hasMessage("the claim " + claim + " is not a time in seconds");
    }
  }

  @Test
  void derSignature_isRefused() {
    // One valid signature must not have two spellings; the library takes both.
    String token = key.sign(fixture.claims());
    int dot = token.lastIndexOf('.');
    byte[] der =
        io.vertx.ext.auth.impl.jose.JWS.toASN1(
            Base64.getUrlDecoder().decode(token.substring(dot + 1)));
    String respelled = token.substring(0, dot + 1) + TestKey.base64(der);
    assertThat(libraryTakes(VerificationKey.auth(key.publicJwk()), respelled)).isTrue();

    assertRefused(fixture.trusting(key), respelled).hasMessage("the signature does not match");
  }

  @Test
  void zeroSignature_isRefused() {
    String token = key.sign(fixture.claims());
    String zero = token.substring(0, token.lastIndexOf('.') + 1) + TestKey.base64(new byte[64]);

    assertRefused(fixture.trusting(key), zero).hasMessage("the signature does not match");
  }

  @Test
  void keyInTheHeader_isNotTrusted() {
    TestKey mallory = TestKey.of("idp-1", "ES256");
    String header = mallory.header().put("jwk", mallory.publicJwk()).encode();

    assertRefused(fixture.trusting(key), mallory.sign(header, fixture.claims().encode()))
        .hasMessage("the signature does not match");
  }

  @Test
  void curveOfAnotherAlgorithm_isRefused() {
    JsonObject mixed = TestKey.of("k", "ES384").publicJwk().put("alg", "ES256");

    assertThatThrownBy(() -> VerificationKey.of(StrictJson.object(mixed.toBuffer().getBytes())))
        .hasMessageContaining("do not fit");
  }
}
