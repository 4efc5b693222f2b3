package io.annals.auth;

import static io.annals.auth.AuthFixture.assertAccepted;
import static io.annals.auth.AuthFixture.assertRefused;
import static io.annals.auth.AuthFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a well signed token may and may not say. */
class TokenClaimsTest {
  @TempDir Path directory;
  private AuthFixture fixture;
  private TokenVerifier verifier;
  private final TestKey key = TestKey.of("idp-1", "ES256");

  @BeforeEach
  void open() {
    fixture = new AuthFixture(directory);
    verifier = fixture.trusting(key);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private String without(String claim) {
    JsonObject claims = fixture.claims();
    claims.remove(claim);
    return key.sign(claims);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exp", "sub", "tenant_id"})
  void requiredClaim_isNamedWhenMissing(String claim) {
    assertRefused(verifier, without(claim)).hasMessage("the claim " + claim + " is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub", "tenant_id", "scope"})
  void textClaim_mustBeAString(String claim) {
    String message = "the claim " + claim + " is not a string";
    assertRefused(verifier, key.sign(fixture.claims().put(claim, 7))).hasMessage(message);
    assertRefused(verifier, key.sign(fixture.claims().putNull(claim))).hasMessage(message);
    assertRefused(verifier, key.sign(fixture.claims().put(claim, new JsonArray().add("a"))))
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "**",
        " *",
        "1-1-1-1-1",
        "0192a5c87f00700080000000000000ab",
        "{0192a5c8-7f00-7000-8000-00000000abcd}",
        "0192a5c8-7f00-7000-8000-00000000abcg",
        "0192a5c8-7f00-7000-8000-00000000abcd\n",
        "\u0660192a5c8-7f00-7000-8000-00000000abcd"
      })
  void tenantThatIsNoUuid_isRefused(String tenant) {
    assertRefused(verifier, key.sign(fixture.claims().put("tenant_id", tenant)))
        .hasMessage("the claim tenant_id is neither a UUID nor *");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "a\nb", "a\u0000"})
  void subjectThatCannotBeLogged_isRefused(String subject) {
    assertRefused(verifier, key.sign(fixture.claims().put("sub", subject)))
        .hasMessageContaining("sub");
  }

  @Test
  void tokenWithoutScope_mayDoNothing() {
    assertThat(await(verifier.verify(without("scope"))).scopes()).isEmpty();
    assertThat(await(verifier.verify(key.sign(fixture.claims().put("scope", "")))).scopes())
        .isEmpty();
  }

  @Test
  void foreignScopes_areDropped() {
    String scope = " openid  audit:read AUDIT:WRITE audit:read,keys:write keys:read ";
    assertThat(await(verifier.verify(key.sign(fixture.claims().put("scope", scope)))).scopes())
        .containsExactlyInAnyOrder(Scopes.AUDIT_READ, Scopes.KEYS_READ);
  }

  @Test
  void nbf_isHonouredWithinTheLeeway() {
    long nowSeconds = fixture.clock.now.getEpochSecond();
    long leewaySeconds = Claims.LEEWAY.toSeconds();
    String early = key.sign(fixture.claims().put("nbf", nowSeconds + leewaySeconds + 5));

    assertRefused(verifier, early).hasMessageContaining("nbf");
    assertAccepted(verifier, key.sign(fixture.claims().put("nbf", nowSeconds + leewaySeconds - 5)));
    fixture.clock.advance(Duration.ofSeconds(6));
    assertAccepted(verifier, early);
  }

  @Test
  void fractionalTimes_areTimes() {
    double nowSeconds = fixture.clock.now.getEpochSecond();
    assertAccepted(
        verifier,
        key.sign(fixture.claims().put("exp", nowSeconds + 0.5).put("iat", nowSeconds - 0.25)));
  }

  @Test
  void repeatedMembers_areRefused() {
    String header = key.header().encode();
    String payload = fixture.claims().encode();

    assertRefused(verifier, key.sign(header, payload.replaceFirst("\\{", "{\"sub\":\"root\",")))
        .hasMessageContaining("twice");
    assertRefused(verifier, key.sign(header.replaceFirst("\\{", "{\"alg\":\"none\","), payload))
        .hasMessageContaining("twice");
    assertRefused(
        verifier, key.sign(header, payload.replaceFirst("\\{", "{\"\\\\u0073ub\":\"root\",")));
  }

  @Test
  void criticalHeader_isRefused() {
    for (Object crit : new Object[] {new JsonArray().add("b64"), new JsonArray(), "exp"}) {
      String header = key.header().put("crit", crit).encode();
      assertRefused(verifier, key.sign(header, fixture.claims().encode()))
          .hasMessageContaining("crit");
    }
  }

  @Test
  void kidThatIsNoString_isRefused() {
    assertRefused(
        verifier, key.sign(key.header().put("kid", 1).encode(), fixture.claims().encode()));
    assertRefused(
        verifier, key.sign(key.header().putNull("kid").encode(), fixture.claims().encode()));
  }

  @Test
  void segmentsThatAreNoJsonObjects_areRefused() {
    String header = key.header().encode();
    for (String bad :
        new String[] {
          "",
          "null",
          "[]",
          "7",
          "\"a\"",
          "{",
          "{}{}",
          "{} x",
          "/**/{}",
          "{'a':1}",
          "[".repeat(2000),
          "{\"a\":".repeat(100) + "1" + "}".repeat(100)
        }) {
      assertRefused(verifier, key.sign(header, bad));
      assertRefused(verifier, key.sign(bad, fixture.claims().encode()));
    }
  }

  @Test
  void otherEncodings_areRefused() {
    byte[] utf16 = fixture.claims().encode().getBytes(StandardCharsets.UTF_16BE);
    String input = TestKey.base64(key.header().encode()) + "." + TestKey.base64(utf16);
    assertRefused(verifier, input + "." + TestKey.base64(key.signature(input)));
  }

  @Test
  void otherSpellingsOfASegment_areRefused() {
    String token = key.sign(fixture.claims());

    assertRefused(verifier, token + "=").hasMessageContaining("base64url");
    assertRefused(verifier, token + "==").hasMessageContaining("base64url");
    assertRefused(verifier, token + "\n").hasMessageContaining("base64url");
    assertRefused(verifier, " " + token).hasMessageContaining("base64url");
    // 64 bytes leave four bits of the last character unused.
    char last = token.charAt(token.length() - 1);
    assertRefused(verifier, token.substring(0, token.length() - 1) + (char) (last + 1))
        .hasMessageContaining("base64url");
  }

  @Test
  void lengthBound_isExact() {
    String token = key.sign(fixture.claims());
    int room = Jwt.CHARS_MAX - token.length();
    JsonObject padded = fixture.claims().put("pad", "");
    int base = key.sign(padded).length();
    String large = key.sign(padded.put("pad", "x".repeat((Jwt.CHARS_MAX - base) * 3 / 4)));

    assertThat(room).isPositive();
    assertThat(large.length()).isBetween(Jwt.CHARS_MAX - 4, Jwt.CHARS_MAX);
    assertAccepted(verifier, large);
    assertRefused(verifier, large + "xxxxx").hasMessageContaining("longer");
    assertRefused(verifier, "x".repeat(1_000_000)).hasMessageContaining("longer");
  }
}
