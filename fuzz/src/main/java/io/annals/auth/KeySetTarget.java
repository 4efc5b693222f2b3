package io.annals.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.fuzz.Target;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Key sets of identity providers and key files: usable, or refused without their secrets. In
 * inputs, {@code {n}} stands for the modulus of an RSA key, and so on for its other members.
 */
public final class KeySetTarget implements Target {
  private static final Path FILE = Path.of("auth.json");

  /** Made for this run: a private key stands in no corpus. */
  private final JsonObject key = SigningKey.generate();

  @Override
  public void check(byte[] input) {
    check(Buffer.buffer(withKey(new String(input, ISO_8859_1)).getBytes(ISO_8859_1)));
  }

  private String withKey(String text) {
    String filled = text;
    for (String member : key.fieldNames()) {
      filled = filled.replace("{" + member + "}", key.getString(member));
    }
    return filled;
  }

  private static void check(Buffer input) {
    try {
      assertThat(ExternalKeys.parse(input).size()).isBetween(0, 100);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageNotContaining("Exception");
    }
    try {
      KeyFile file = KeyFile.parse(FILE, input.getBytes());
      for (Object jwk : file.publicKeySet(Instant.EPOCH).getJsonArray("keys")) {
        assertThat(((JsonObject) jwk).fieldNames()).doesNotContain("d", "p", "q");
      }
    } catch (KeyFileException e) {
      assertThat(e).hasMessageStartingWith("the key file auth.json is damaged");
    }
  }
}
