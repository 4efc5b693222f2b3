package io.annals.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The installation's secrets: the keys that sign its tokens, newest first, and the secret that
 * seals its cursors. Several servers share one file. The first key whose time has come signs. Those
 * after it have stopped signing, and go on verifying until everything that they signed has expired.
 * Immutable, and safe to use from any thread.
 */
public final class KeyFile {
  /** Rotating daily needs 92. */
  static final int KEYS_MAX = 100;

  /** A day more, for clocks that differ and servers that learn late of a new key. */
  private static final Duration KEPT_AFTER_SIGNING = TokenIssuer.TTL_MAX.plusDays(1);

  private static final int CURSOR_SECRET_BYTES = 32;

  /**
   * A key and its end.
   *
   * @param acceptedUntil when it stops verifying, or null while that is open
   */
  record Entry(SigningKey key, @Nullable Instant acceptedUntil) {
    boolean isAcceptedAt(Instant time) {
      return acceptedUntil == null || time.isBefore(acceptedUntil);
    }
  }

  private final Map<String, Entry> entries;
  private final byte[] cursorSecret;

  private KeyFile(Map<String, Entry> entries, byte[] cursorSecret) {
    this.entries = Collections.unmodifiableMap(entries);
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
      return parse(path, content(path));
    } catch (NoSuchFileException e) {
      throw new KeyFileException(
          "no key file at "
              + path
              + ": start the server once, or name its data directory with --data-dir",
          e);
    } catch (UnsupportedOperationException e) {
      throw new KeyFileException("the key file " + path + " needs a POSIX file system", e);
    } catch (IOException e) {
      throw new KeyFileException("cannot read the key file " + path + ": " + e, e);
    }
  }

  /**
   * What the file holds, unread. Blocks.
   *
   * @throws KeyFileException when it is open to other users
   */
  static byte[] content(Path path) throws IOException {
    refuseIfOpenToOthers(path);
    return FileSource.read(path);
  }

  /**
   * Reads what a file holds.
   *
   * @throws KeyFileException when that is not a key file's
   */
  static KeyFile parse(Path path, byte[] content) {
    try {
      return parse(content);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new KeyFileException("the key file " + path + " is damaged: " + e.getMessage(), e);
    }
  }

  /** The 256-bit secret that seals cursors; a copy. */
  public byte[] cursorSecret() {
    return cursorSecret.clone();
  }

  /** The public halves of the keys whose tokens are accepted at this time, as a JWK set. */
  public JsonObject publicKeySet(Instant now) {
    JsonArray keys = new JsonArray();
    entries.values().stream()
        .filter(entry -> entry.isAcceptedAt(now))
        .forEach(entry -> keys.add(entry.key().publicJwk()));
    return new JsonObject().put("keys", keys);
  }

  /** The key that signs at this time; the oldest, where a clock is behind all of them. */
  SigningKey signer(Instant now) {
    SigningKey candidate = null;
    for (Entry entry : entries.values()) {
      candidate = entry.key();
      if (candidate.signsAt(now)) {
        break;
      }
    }
    return Objects.requireNonNull(candidate);
  }

  /** All keys by {@code kid}, newest first. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "signing keys " + entries.keySet();
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
    Map<String, Entry> entries = new LinkedHashMap<>();
    Instant stopped = null;
    for (JsonNode node : file.path("keys")) {
      SigningKey key = SigningKey.of(node);
      Instant acceptedUntil = stopped == null ? null : stopped.plus(KEPT_AFTER_SIGNING);
      if (entries.put(key.kid(), new Entry(key, acceptedUntil)) != null) {
        throw new IllegalArgumentException("two keys are named " + key.kid());
      }
      stopped = earlier(stopped, key.signsFrom());
    }
    if (entries.isEmpty()) {
      throw new IllegalArgumentException("it has no keys");
    }
    if (entries.size() > KEYS_MAX) {
      throw new IllegalArgumentException("it has more than " + KEYS_MAX + " keys");
    }
    return new KeyFile(entries, cursorSecret(file));
  }

  /** A key stops signing when one before it begins to. */
  private static @Nullable Instant earlier(@Nullable Instant known, @Nullable Instant begin) {
    return known == null || (begin != null && begin.isBefore(known)) ? begin : known;
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
