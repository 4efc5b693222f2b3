package io.annals.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The installation's secrets: the keys that sign its tokens, of which the first signs and all
 * verify, and the secret that seals its cursors. Several servers share one file. Immutable, and
 * safe to use from any thread.
 */
public final class KeyFile {
  private static final int FILE_BYTES_MAX = 64 * 1024;
  private static final int CURSOR_SECRET_BYTES = 32;

  private final List<SigningKey> signingKeys;
  private final byte[] cursorSecret;

  private KeyFile(List<SigningKey> signingKeys, byte[] cursorSecret) {
    this.signingKeys = List.copyOf(signingKeys);
    this.cursorSecret = cursorSecret.clone();
  }

  /** Where it lies in a server's data directory, unless the configuration names another place. */
  public static Path in(Path dataDir) {
    return dataDir.resolve("auth.json");
  }

  /**
   * Reads the file, and makes it first when there is none, with mode 600. Of several processes that
   * do so at once, all return with the same file; one that exists is never replaced. Blocks.
   *
   * @throws KeyFileException when it cannot be made, or cannot be used (see {@link #read})
   */
  public static KeyFile readOrCreate(Path path) {
    if (Files.notExists(path)) {
      NewFile.create(path, generate().encodePrettily() + "\n");
    }
    // Also after making it: another process may have been first.
    return read(path);
  }

  /**
   * Reads the file. Blocks.
   *
   * @throws KeyFileException when it is absent, open to other users, or not a key file
   */
  public static KeyFile read(Path path) {
    try {
      refuseIfOpenToOthers(path);
      try (InputStream in = Files.newInputStream(path)) {
        return parse(in.readNBytes(FILE_BYTES_MAX));
      }
    } catch (NoSuchFileException e) {
      throw new KeyFileException(
          "no key file at "
              + path
              + ": start the server once, or name its data directory with --data-dir",
          e);
    } catch (IllegalArgumentException e) {
      throw new KeyFileException("the key file " + path + " is damaged: " + e.getMessage(), e);
    } catch (UnsupportedOperationException e) {
      throw new KeyFileException("the key file " + path + " needs a POSIX file system", e);
    } catch (IOException e) {
      throw new KeyFileException("cannot read the key file " + path + ": " + e, e);
    }
  }

  /** The 256-bit secret that seals cursors; a copy. */
  public byte[] cursorSecret() {
    return cursorSecret.clone();
  }

  /** The public halves of the signing keys, as a JWK set to publish. */
  public JsonObject publicKeySet() {
    JsonArray keys = new JsonArray();
    signingKeys.forEach(key -> keys.add(key.publicJwk()));
    return new JsonObject().put("keys", keys);
  }

  SigningKey signer() {
    return signingKeys.get(0);
  }

  /** The keys that verify, by {@code kid}. */
  Map<String, VerificationKey> verificationKeys() {
    return signingKeys.stream()
        .collect(Collectors.toUnmodifiableMap(SigningKey::kid, SigningKey::verificationKey));
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "KeyFile" + signingKeys;
  }

  private static void refuseIfOpenToOthers(Path path) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
    if (!NewFile.OWNER_ONLY.containsAll(permissions)) {
      throw new KeyFileException(
          "the key file " + path + " is open to other users: chmod 600 " + path);
    }
  }

  private static JsonObject generate() {
    byte[] secret = new byte[CURSOR_SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return new JsonObject()
        .put("keys", new JsonArray().add(SigningKey.generate()))
        .put("cursorSecret", Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  private static KeyFile parse(byte[] content) {
    JsonNode file = StrictJson.object(content);
    List<SigningKey> keys = new ArrayList<>();
    Set<String> kids = new HashSet<>();
    for (JsonNode node : file.path("keys")) {
      SigningKey key = SigningKey.of(node);
      if (!kids.add(key.kid())) {
        throw new IllegalArgumentException("two keys are named " + key.kid());
      }
      keys.add(key);
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("it has no keys");
    }
    return new KeyFile(keys, cursorSecret(file));
  }

  private static byte[] cursorSecret(JsonNode file) {
    try {
      byte[] secret = Base64.getUrlDecoder().decode(file.path("cursorSecret").asText());
      if (secret.length == CURSOR_SECRET_BYTES) {
        return secret;
      }
    } catch (IllegalArgumentException e) {
      // Its message would quote the secret: drop it.
    }
    throw new IllegalArgumentException(
        "its cursorSecret is not " + CURSOR_SECRET_BYTES + " bytes of base64url");
  }
}
