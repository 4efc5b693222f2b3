package io.annals.auth;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A change of the key that signs.
 *
 * @param kid the new key
 * @param signsFrom when the new key begins to sign
 * @param retired the keys before it, newest first, and until when tokens signed with them are
 *     accepted
 * @param dropped the keys that are gone, as every token signed with them has expired, oldest first
 */
public record KeyRotation(
    String kid, Instant signsFrom, Map<String, Instant> retired, List<String> dropped) {
  /**
   * How long a key is published before it signs. Servers read the file every second, so all of them
   * know the key by then, even if their clocks differ by some seconds.
   */
  static final Duration LEAD = Duration.ofSeconds(10);

  /**
   * Puts a new signing key in a key file that exists. Of several that do so at once, each adds its
   * key. When this returns, the key is on disk; when it throws, the file is as it was. Blocks.
   *
   * @throws KeyFileException when the file cannot be used or replaced, or is full
   */
  public static KeyRotation rotate(Path path) {
    return rotate(path, Instant.now());
  }

  static KeyRotation rotate(Path path, Instant now) {
    KeyFile.read(path); // or says best why not
    try {
      Path file = path.toRealPath(); // a link stays one
      // File locks hold off other processes; the monitor holds off other threads of this one.
      synchronized (KeyRotation.class) {
        FileChannel lock = NewFile.lock(file);
        try {
          return replace(file, now);
        } finally {
          lock.close();
        }
      }
    } catch (IOException e) {
      throw new KeyFileException("cannot replace the key file " + path + ": " + e, e);
    }
  }

  private static KeyRotation replace(Path file, Instant now) throws IOException {
    byte[] content = KeyFile.content(file);
    KeyFile former = KeyFile.parse(file, content);
    JsonObject json = new JsonObject(Buffer.buffer(content));
    JsonArray jwks = json.getJsonArray("keys");
    List<String> dropped = new ArrayList<>();
    for (int i = jwks.size() - 1; i >= 0; i--) {
      String kid = jwks.getJsonObject(i).getString("kid");
      if (!former.entries().get(kid).isAcceptedAt(now)) {
        jwks.remove(i);
        dropped.add(kid);
      }
    }
    if (jwks.size() == KeyFile.KEYS_MAX) {
      throw new KeyFileException(
          "the key file " + file + " is full: all of its " + jwks.size() + " keys are in use");
    }
    jwks.add(0, SigningKey.generate(now.truncatedTo(ChronoUnit.SECONDS).plus(LEAD)));
    String changed = json.encodePrettily() + "\n";
    KeyFile keys = KeyFile.parse(file, changed.getBytes(StandardCharsets.UTF_8));
    NewFile.replace(file, changed);
    return of(keys, dropped);
  }

  private static KeyRotation of(KeyFile keys, List<String> dropped) {
    SigningKey fresh = keys.entries().values().iterator().next().key();
    Map<String, Instant> retired = new LinkedHashMap<>();
    keys.entries()
        .forEach(
            (kid, entry) -> {
              if (entry.acceptedUntil() != null) {
                retired.put(kid, entry.acceptedUntil());
              }
            });
    Instant signsFrom = Objects.requireNonNull(fresh.signsFrom());
    return new KeyRotation(fresh.kid(), signsFrom, retired, dropped);
  }
}
