package io.annals.auth;

import static io.annals.auth.AuthFixture.HOUR;
import static io.annals.auth.AuthFixture.SCOPES;
import static io.annals.auth.AuthFixture.TENANT;
import static io.annals.auth.AuthFixture.assertAccepted;
import static io.annals.auth.AuthFixture.assertRefused;
import static io.annals.auth.AuthFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnTokenTest {
  @TempDir Path directory;
  private AuthFixture fixture;
  private TokenVerifier verifier;

  @BeforeEach
  void open() {
    fixture = new AuthFixture(directory);
    verifier = fixture.ownOnly();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static JsonObject segment(String token, int index) {
    byte[] json = Base64.getUrlDecoder().decode(token.split("\\.", -1)[index]);
    return new JsonObject(new String(json, StandardCharsets.UTF_8));
  }

  private String signed(JsonObject claims) {
    return fixture.keyFile.signer(fixture.clock.now).sign(claims);
  }

  @Test
  void ownToken_speaksForItsTenant() {
    Principal principal = await(verifier.verify(fixture.ownToken()));

    assertThat(principal).isEqualTo(new Principal("alice", Optional.of(TENANT), SCOPES));
    assertThat(principal.may(Scopes.AUDIT_READ)).isTrue();
    assertThat(principal.may(Scopes.KEYS_WRITE)).isFalse();
  }

  @Test
  void operatorToken_hasNoTenant() {
    String token = fixture.issuer.issue("root", Optional.empty(), SCOPES, HOUR);

    assertThat(segment(token, 1).getString("tenant_id")).isEqualTo("*");
    assertThat(await(verifier.verify(token)).tenant()).isEmpty();
  }

  @Test
  void issuedToken_carriesTheAgreedClaims() {
    String token = fixture.ownToken();

    long nowSeconds = fixture.clock.now.getEpochSecond();
    assertThat(segment(token, 0).getMap())
        .containsOnlyKeys("typ", "alg", "kid")
        .containsEntry("alg", "RS256")
        .containsEntry("kid", fixture.keyFile.signer(fixture.clock.now).kid());
    JsonObject claims = segment(token, 1);
    assertThat(claims.fieldNames())
        .containsOnly("iss", "sub", "tenant_id", "scope", "iat", "exp", "jti");
    assertThat(claims.getString("iss")).isEqualTo("annals");
    assertThat(claims.getString("scope").split(" "))
        .containsExactlyInAnyOrder("audit:read", "audit:write");
    assertThat(claims.getLong("iat")).isEqualTo(nowSeconds);
    assertThat(claims.getLong("exp")).isEqualTo(nowSeconds + 3600);
  }

  @Test
  void twoTokens_neverShareAnId() {
    assertThat(segment(fixture.ownToken(), 1).getString("jti"))
        .isNotEqualTo(segment(fixture.ownToken(), 1).getString("jti"));
  }

  @Test
  void issue_refusesWhatItCouldNotVouchFor() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fixture.issuer.issue("a", Optional.empty(), Set.of("audit:reed"), HOUR))
        .withMessageContaining("audit:read");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> fixture.issuer.issue("a", Optional.empty(), Set.of("audit:read x"), HOUR));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fixture.issuer.issue(" ", Optional.empty(), SCOPES, HOUR));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fixture.issuer.issue("a\nb", Optional.empty(), SCOPES, HOUR));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fixture.issuer.issue("a".repeat(256), Optional.empty(), SCOPES, HOUR));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fixture.issuer.issue("a", Optional.empty(), SCOPES, Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                fixture.issuer.issue(
                    "a", Optional.empty(), SCOPES, TokenIssuer.TTL_MAX.plusSeconds(1)))
        .withMessageContaining("90 days");
  }

  @Test
  void tokenOfAnotherInstallation_isRefused() {
    KeyFile other = KeyFile.readOrCreate(directory.resolve("other.json"));

    assertRefused(verifier, new TokenIssuer(other).issue("a", Optional.of(TENANT), SCOPES, HOUR))
        .hasMessageContaining("no key of this server");
  }

  @Test
  void ownKeyUnderAnotherIssuer_isRefused() {
    assertRefused(verifier, signed(fixture.claims())).hasMessageContaining("issuer");
    JsonObject anonymous = fixture.claims();
    anonymous.remove("iss");
    assertRefused(verifier, signed(anonymous)).hasMessageContaining("issuer");
  }

  @Test
  void expiredToken_isRefusedAfterTheLeeway() {
    String token = fixture.ownToken();

    fixture.clock.advance(HOUR.plus(Claims.LEEWAY).minusSeconds(1));
    assertAccepted(fixture.ownOnly(), token);
    fixture.clock.advance(Duration.ofSeconds(2));
    assertRefused(fixture.ownOnly(), token).hasMessage("the token has expired");
  }

  @Test
  void ownTokenReissuedForAnotherAlgorithm_isRefused() {
    TestKey mallory = TestKey.of(fixture.keyFile.signer(fixture.clock.now).kid(), "ES256");

    assertRefused(verifier, mallory.sign(fixture.claims().put("iss", "annals")))
        .hasMessageContaining("alg");
  }
}
