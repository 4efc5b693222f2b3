package io.annals.auth;

import io.annals.model.TenantId;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Credentials that a server must not accept, for tests that ask one over HTTP. */
public final class TestTokens {
  private static final Set<String> SCOPES = Set.of(Scopes.AUDIT_READ, Scopes.AUDIT_WRITE);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int CHECKED_CHARS = "annals_".length() + 12 + 1 + 43;

  private TestTokens() {}

  /** A token that was good until an hour ago. */
  public static String expired(KeyFile keys, UUID tenant) {
    InstantSource past = InstantSource.fixed(Instant.now().minus(Duration.ofMinutes(61)));
    return issue(new TokenIssuer(() -> keys, past), tenant);
  }

  /** A good token, signed by keys that nobody here knows. */
  public static String ofAnotherInstallation(UUID tenant) {
    try {
      KeyFile keys =
          KeyFile.readOrCreate(Files.createTempDirectory("annals-keys").resolve("auth.json"));
      return issue(new TokenIssuer(keys), tenant);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rotates as if a moment before, so that the new key signs at once; gives its name. */
  public static String rotate(Path keyFile) {
    return KeyRotation.rotate(keyFile, Instant.now().minus(KeyRotation.LEAD)).kid();
  }

  /** The key that a token names. */
  public static @Nullable String kid(String token) {
    return Jwt.parse(token).kid();
  }

  /** The claims of a token, with the algorithm "none". */
  public static String unsigned(String token) {
    String header = TestKey.base64(new JsonObject().put("alg", "none").encode());
    return header + "." + token.split("\\.")[1] + ".";
  }

  /** A well-formed key that has the name of another, but not its secret. */
  public static String forgedKey(String keyPrefix) {
    String checked = ApiKey.generate().secretText().substring(0, CHECKED_CHARS);
    checked = keyPrefix + checked.substring(keyPrefix.length());
    CRC32 crc = new CRC32();
    crc.update(checked.getBytes(StandardCharsets.US_ASCII));
    StringBuilder checksum = new StringBuilder();
    for (long rest = crc.getValue(); checksum.length() < 6; rest /= DIGITS.length()) {
      checksum.insert(0, DIGITS.charAt((int) (rest % DIGITS.length())));
    }
    return checked + checksum;
  }

  private static String issue(TokenIssuer issuer, UUID tenant) {
    return issuer.issue("test", Optional.of(new TenantId(tenant)), SCOPES, MINUTE);
  }
}
