package io.annals.auth;

import static io.annals.auth.AuthFixture.assertAccepted;
import static io.annals.auth.AuthFixture.assertRefused;
import static io.annals.auth.AuthFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.TenantId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of an identity provider: which key may vouch for which token. */
class ExternalTokenTest {
  private static final String ISSUER = "https://idp.example";
  private static final String AUDIENCE = "annals-api";

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"
      })
  void everyListedAlgorithm_isVerified(String alg) {
    TestKey signer = TestKey.of("k", alg);
    TokenVerifier verifier = fixture.trusting(signer);

    // Several, since a number with leading zeros is shorter in DER.
    for (int i = 0; i < 40; i++) {
      assertAccepted(verifier, signer.sign(fixture.claims().put("jti", i)));
    }
    assertRefused(verifier, TestKey.of("k", alg).sign(fixture.claims()))
        .hasMessage("the signature does not match");
  }

  @Test
  void claims_becomeThePrincipal() {
    Principal principal = await(fixture.trusting(key).verify(key.sign(fixture.claims())));

    assertThat(principal)
        .isEqualTo(
            new Principal("bob", Optional.of(AuthFixture.TENANT), Set.of(Scopes.AUDIT_READ)));
  }

  @Test
  void tenantInCapitals_isTheSameTenant() {
    String capitals = "0192A5C8-7F00-7000-8000-00000000ABCD";

    Optional<TenantId> tenant =
        await(fixture.trusting(key).verify(key.sign(fixture.claims().put("tenant_id", capitals))))
            .tenant();

    assertThat(tenant).contains(AuthFixture.TENANT);
  }

  @Test
  void externalKeyUnderOwnKid_doesNotPassForOurs() {
    TestKey impostor =
        TestKey.of(fixture.keyFile.signer(fixture.clock.now).kid(), SigningKey.ALGORITHM);

    // Even when the provider publishes it: our kid is only ever looked up among our keys.
    assertRefused(fixture.trusting(impostor), impostor.sign(fixture.claims().put("iss", "annals")))
        .hasMessage("the signature does not match");
    assertRefused(fixture.trusting(impostor), impostor.sign(fixture.claims()))
        .hasMessageContaining("issuer");
  }

  @Test
  void externalKeyWithOwnIssuer_doesNotPassForOurs() {
    assertRefused(fixture.trusting(key), key.sign(fixture.claims().put("iss", "annals")))
        .hasMessageContaining("no key of this server");
  }

  @Test
  void ownKeyUnderExternalKid_doesNotPassForTheProvider() throws Exception {
    TestKey provider = TestKey.of("idp-1", SigningKey.ALGORITHM);
    JsonObject ownKey =
        new JsonObject(Files.readString(directory.resolve("auth.json")))
            .getJsonArray("keys")
            .getJsonObject(0);
    JWTOptions options = new JWTOptions().setAlgorithm(SigningKey.ALGORITHM);
    String renamed =
        VerificationKey.auth(ownKey.put("kid", "idp-1")).generateToken(fixture.claims(), options);

    assertRefused(fixture.trusting(provider), renamed).hasMessage("the signature does not match");
    assertRefused(
            fixture.trusting(provider),
            fixture.keyFile.signer(fixture.clock.now).sign(fixture.claims()))
        .hasMessageContaining("issuer");
  }

  @Test
  void tokenOfOneExternalKey_isNotCheckedWithAnother() {
    TestKey second = TestKey.of("idp-2", "ES256");

    assertRefused(fixture.trusting(key, second), second.as("idp-1", "ES256").sign(fixture.claims()))
        .hasMessage("the signature does not match");
  }

  @Test
  void unknownKid_isRefused() {
    assertRefused(fixture.trusting(key), key.as("idp-9", "ES256").sign(fixture.claims()))
        .hasMessageContaining("no accepted key");
  }

  @Test
  void noJwks_meansNoExternalTokens() {
    assertRefused(fixture.ownOnly(), key.sign(fixture.claims()))
        .hasMessageContaining("no accepted key");
    assertRefused(fixture.ownOnly(), key.as(null, "ES256").sign(fixture.claims()));
  }

  @Test
  void headerAlgorithm_mustBeTheKeys() {
    TestKey rsa = TestKey.of("rsa", "RS256");

    assertRefused(fixture.trusting(rsa), rsa.as("rsa", "PS256").sign(fixture.claims()))
        .hasMessageContaining("alg");
    assertRefused(fixture.trusting(rsa), rsa.as("rsa", "RS512").sign(fixture.claims()))
        .hasMessageContaining("alg");
  }

  @Test
  void tokenWithoutKid_isVerifiedWhereOneKeyCanBeMeant() {
    TestKey rsa = TestKey.of("rsa", "RS256");

    assertAccepted(fixture.trusting(key, rsa), key.as(null, "ES256").sign(fixture.claims()));
    assertAccepted(fixture.trusting(rsa, key), rsa.as(null, "RS256").sign(fixture.claims()));
  }

  @Test
  void tokenWithoutKid_isRefusedWhereSeveralKeysCouldBeMeant() {
    TestKey second = TestKey.of("idp-2", "ES256");

    assertRefused(fixture.trusting(key, second), key.as(null, "ES256").sign(fixture.claims()))
        .hasMessageContaining("kid");
  }

  @Test
  void keyWithoutKid_servesTokensWithoutKidOnly() {
    TestKey nameless = key.as(null, "ES256");

    assertAccepted(fixture.trusting(nameless), nameless.sign(fixture.claims()));
    assertRefused(fixture.trusting(nameless), key.sign(fixture.claims()));
  }

  @Test
  void issuer_isCheckedWhereConfigured() {
    TokenVerifier verifier = fixture.trusting(ISSUER, null, key);

    assertAccepted(verifier, key.sign(fixture.claims()));
    assertRefused(verifier, key.sign(fixture.claims().put("iss", ISSUER + "/")))
        .hasMessageContaining("issuer");
    assertRefused(verifier, key.sign(fixture.claims().put("iss", new JsonArray().add(ISSUER))));
    assertAccepted(fixture.trusting(key), key.sign(fixture.claims().put("iss", "whoever")));
  }

  @Test
  void audience_isCheckedWhereConfigured() {
    TokenVerifier verifier = fixture.trusting(null, AUDIENCE, key);
    JsonArray several = new JsonArray().add("other").add(AUDIENCE);

    assertAccepted(verifier, key.sign(fixture.claims()));
    assertAccepted(verifier, key.sign(fixture.claims().put("aud", several)));
    assertRefused(verifier, key.sign(fixture.claims().put("aud", "other")))
        .hasMessageContaining("audience");
    assertRefused(verifier, key.sign(fixture.claims().put("aud", new JsonArray())));
    assertRefused(verifier, key.sign(fixture.claims().put("aud", 7)));
    assertRefused(verifier, key.sign(fixture.claims().putNull("aud")));
    assertAccepted(fixture.trusting(key), key.sign(fixture.claims().put("aud", "other")));
  }

  @Test
  void ownTokens_needNeitherExternalIssuerNorAudience() {
    assertAccepted(fixture.trusting(ISSUER, AUDIENCE, key), fixture.ownToken());
  }
}
