package io.annals.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.annals.metrics.Bounds;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that were verified lately, by their SHA-256: a copy of the memory shows no credential,
 * and how long a look-up takes says nothing about one.
 */
final class TokenCache implements MeterBinder {
  private static final int ENTRIES_MAX = 10_000;

  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(
          () -> {
            try {
              return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
              throw new IllegalStateException(e);
            }
          });

  /** A digest as a key. */
  record Digest(long first, long second, long third, long fourth) {
    static Digest of(String token) {
      ByteBuffer hash =
          ByteBuffer.wrap(SHA_256.get().digest(token.getBytes(StandardCharsets.UTF_8)));
      return new Digest(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
    }

    @Override
    public int hashCode() {
      return Long.hashCode(first);
    }
  }

  private record Entry(Future<Principal> answer, TrustedKeys keys, long untilMillis) {}

  private final Cache<Digest, Entry> entries =
      Caffeine.newBuilder().maximumSize(ENTRIES_MAX).build();

  /** The answer, already completed, as long as it holds for these keys at this time. */
  @Nullable Future<Principal> find(Digest digest, TrustedKeys keys, long nowMillis) {
    Entry entry = entries.getIfPresent(digest);
    if (entry == null) {
      return null;
    }
    // Compared here instead of swept when keys change: a check under way with the old keys could
    // put its answer back after the sweep.
    if (!entry.keys.equals(keys) || nowMillis >= entry.untilMillis) {
      entries.asMap().remove(digest, entry);
      return null;
    }
    return entry.answer;
  }

  /** Remembers what the claims say, verified while these were the keys. */
  void put(Digest digest, TrustedKeys keys, Claims claims) {
    Future<Principal> answer = Future.succeededFuture(claims.principal());
    entries.put(digest, new Entry(answer, keys, claims.untilMillis()));
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    Bounds.cache(meters, "verified_tokens", "entries", ENTRIES_MAX, entries, Cache::estimatedSize);
  }

  long size() {
    entries.cleanUp();
    return entries.estimatedSize();
  }
}
