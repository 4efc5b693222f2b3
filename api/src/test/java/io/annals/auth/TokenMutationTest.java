package io.annals.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes in, {@code verify} answers; and only what was signed is accepted. */
class TokenMutationTest {
  private static final long SEED = 20261121;
  private static final int ROUNDS = 1_500;
  private static final Object[] VALUES = {
    null,
    true,
    0,
    -1,
    1e300,
    Long.MAX_VALUE,
    "",
    "*",
    "annals",
    "none",
    "\u0000",
    "\uD800",
    new JsonArray(),
    new JsonArray().add(1),
    new JsonObject(),
    new JsonObject().put("a", 1)
  };
  private static final String[] MEMBERS = {
    "alg",
    "kid",
    "typ",
    "crit",
    "cty",
    "jwk",
    "x5c",
    "jku",
    "nonce",
    "zip",
    "b64",
    "iss",
    "aud",
    "sub",
    "exp",
    "nbf",
    "iat",
    "amr",
    "tenant_id",
    "scope",
    "jti",
    "access_token",
    ""
  };

  @TempDir Path directory;
  private AuthFixture fixture;
  private TokenVerifier verifier;
  private final Random random = new Random(SEED);
  private final TestKey key = TestKey.of("idp-1", "ES256");
  private final TestKey rsa = TestKey.of("idp-2", "RS256");

  @BeforeEach
  void open() {
    fixture = new AuthFixture(directory);
    verifier = fixture.trusting("https://idp.example", "annals-api", key, rsa);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  /** Completes, with a principal or the one exception; says which. */
  private boolean accepted(String token) {
    Future<Principal> answer;
    try {
      answer = verifier.verify(token);
      AuthFixture.await(answer);
      return true;
    } catch (InvalidTokenException e) {
      assertThat(e.getMessage()).hasLineCount(1).matches("[ -~]{10,100}");
      return false;
    } catch (RuntimeException e) {
      return fail("for " + token, e);
    }
  }

  @Test
  void randomText_isRefused() {
    for (int i = 0; i < ROUNDS; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(60);
      for (int j = 0; j < length; j++) {
        text.append(random.nextInt(4) == 0 ? '.' : (char) random.nextInt(0x10000));
      }
      assertThat(accepted(text.toString())).isFalse();
    }
  }

  @Test
  void changedToken_isRefused() {
    for (String token :
        List.of(fixture.ownToken(), key.sign(fixture.claims()), rsa.sign(fixture.claims()))) {
      assertThat(accepted(token)).isTrue();
      for (int i = 0; i < ROUNDS; i++) {
        String changed = changed(token);
        assertThat(accepted(changed)).as(changed).isEqualTo(changed.equals(token));
      }
    }
  }

  @Test
  void changedBytesUnderTheSignature_areRefused() {
    for (int i = 0; i < ROUNDS; i++) {
      String[] segments = fixture.ownToken().split("\\.", -1);
      int segment = random.nextInt(3);
      byte[] bytes = Base64.getUrlDecoder().decode(segments[segment]);
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      segments[segment] = TestKey.base64(bytes);
      assertThat(accepted(String.join(".", segments))).isFalse();
    }
  }

  /** Signed nonsense reaches what unsigned nonsense does not: the library and all of the claims. */
  @Test
  void signedNonsense_isAnswered() {
    for (int i = 0; i < ROUNDS; i++) {
      TestKey signer = random.nextBoolean() ? key : rsa;
      JsonObject header = signer.header();
      JsonObject claims = fixture.claims();
      for (int j = random.nextInt(3); j >= 0; j--) {
        JsonObject target = random.nextInt(3) == 0 ? header : claims;
        String member = MEMBERS[random.nextInt(MEMBERS.length)];
        if (random.nextInt(4) == 0) {
          target.remove(member);
        } else {
          target.put(member, VALUES[random.nextInt(VALUES.length)]);
        }
      }
      accepted(signer.sign(header.encode(), claims.encode()));
    }
  }

  @Test
  void signedGarbage_isRefused() {
    for (int i = 0; i < ROUNDS / 4; i++) {
      byte[] payload = fixture.claims().encode().getBytes(StandardCharsets.UTF_8);
      // A control character is never legal in JSON text as compact as this.
      payload[random.nextInt(payload.length)] = (byte) random.nextInt(9);
      String input = TestKey.base64(key.header().encode()) + "." + TestKey.base64(payload);
      assertThat(accepted(input + "." + TestKey.base64(key.signature(input)))).isFalse();
    }
  }

  private String changed(String token) {
    StringBuilder text = new StringBuilder(token);
    List<Runnable> changes = new ArrayList<>();
    int at = random.nextInt(token.length());
    String alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\u00e9";
    char other = alphabet.charAt(random.nextInt(alphabet.length()));
    changes.add(() -> text.setCharAt(at, other));
    changes.add(() -> text.insert(at, other));
    changes.add(() -> text.deleteCharAt(at));
    changes.add(() -> text.setLength(at));
    changes.add(() -> text.append(token, 0, at));
    changes.add(() -> text.reverse());
    changes.get(random.nextInt(changes.size())).run();
    return text.toString();
  }
}
