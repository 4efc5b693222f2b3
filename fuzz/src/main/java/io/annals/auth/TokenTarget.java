package io.annals.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.fuzz.Target;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;

/**
 * Tokens: header, payload and signature stand on a line each, to be encoded here; without lines it
 * is a token as it stands. Only the payload that this server's key has signed is believed.
 */
public final class TokenTarget implements Target {
  /** Tokens of the corpus are good then. */
  private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");

  private final KeyFile keys;
  private final SigningKey key;
  private final TokenVerifier verifier;

  /** Makes a key of its own, which stands in no corpus. */
  public TokenTarget() throws IOException {
    Path directory = Files.createTempDirectory("annals-fuzz");
    Path file = directory.resolve("auth.json");
    keys = KeyFile.readOrCreate(file);
    Files.delete(file);
    Files.delete(directory);
    key = keys.signer(NOW);
    verifier =
        new TokenVerifier(
            Vertx.vertx(),
            () -> keys,
            null,
            AuthSettings.OWN_TOKENS_ONLY,
            InstantSource.fixed(NOW));
  }

  @Override
  public void check(byte[] input) {
    // The server takes headers as Latin-1.
    String text = new String(input, ISO_8859_1).replace("{kid}", key.kid());
    String[] lines = text.split("\n", 3);
    String token = lines.length < 3 ? text : encoded(lines);
    Throwable refusal = refusal(token);
    assertThat(refusal).isNotNull();
    if (lines.length == 3 && String.valueOf(refusal.getMessage()).contains("signature")) {
      signed(new String(lines[1].getBytes(ISO_8859_1), UTF_8));
    }
  }

  private static String encoded(String[] lines) {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return encoder.encodeToString(lines[0].getBytes(ISO_8859_1))
        + "."
        + encoder.encodeToString(lines[1].getBytes(ISO_8859_1))
        + "."
        + encoder.encodeToString(lines[2].getBytes(ISO_8859_1));
  }

  /** Claims that were only refused for their signature are good with a right one. */
  private void signed(String payload) {
    JsonObject claims;
    try {
      claims = new JsonObject(payload);
    } catch (DecodeException | ClassCastException e) {
      return;
    }
    Future<Principal> verified = verifier.verify(key.sign(claims));
    assertThat(verified.isComplete()).isTrue();
    if (verified.succeeded()) {
      assertThat(verified.result().subject()).isEqualTo(claims.getString("sub"));
    } else {
      assertThat(verified.cause()).isInstanceOf(InvalidTokenException.class);
    }
  }

  private Throwable refusal(String token) {
    Future<Principal> verified = verifier.verify(token);
    assertThat(verified.isComplete()).isTrue();
    assertThat(verified.cause()).isInstanceOf(InvalidTokenException.class);
    return verified.cause();
  }
}
