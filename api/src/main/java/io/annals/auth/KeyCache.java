package io.annals.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.annals.metrics.Bounds;
import io.annals.store.KeyStore;
import io.annals.store.KeyWatcher;
import io.annals.store.KnownSecret;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the store knows of the secrets that were asked for lately, by their prefixes. A change holds
 * here as soon as it is told, and within a second if it is not; see ADR 14. Safe to use from any
 * thread.
 *
 * <p>Changes are numbered. A look-up remembers the number before it read, and counts as long as its
 * token has not changed since: so there is nothing to sweep, and what was read before a change but
 * arrives after it is never used again.
 */
final class KeyCache implements KeyWatcher, MeterBinder {
  /** How long an answer is remembered at most. */
  static final Duration REMEMBERED = Duration.ofSeconds(5);

  /**
   * How old an answer may get with no proof that every change was heard; and how old that proof. A
   * tenth of the promised second is left for the call that uses it.
   */
  static final Duration UNCONFIRMED_MAX = Duration.ofMillis(900);

  private static final int ENTRIES_MAX = 10_000;

  /** Made-up keys cost a look-up each: so few at once leave the store to all else. */
  private static final int ASKED_MAX = 64;

  /** Tokens share these by hash: a change makes one remembered token in so many be read again. */
  private static final int STRIPES = 1024;

  private final Vertx vertx;
  private final KeyStore store;
  private final LongSupplier nanoTime;
  private final Cache<String, Lookup> lookups;
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong lastMissed = new AtomicLong();
  private final AtomicLongArray lastChanged = new AtomicLongArray(STRIPES);
  private final AtomicLong confirmedNanos;

  KeyCache(Vertx vertx, KeyStore store, LongSupplier nanoTime) {
    this.vertx = vertx;
    this.store = store;
    this.nanoTime = nanoTime;
    lookups =
        Caffeine.newBuilder()
            .maximumSize(ENTRIES_MAX)
            .expireAfterWrite(REMEMBERED)
            .ticker(nanoTime::getAsLong)
            .build();
    confirmedNanos = new AtomicLong(nanoTime.getAsLong() - UNCONFIRMED_MAX.toNanos());
  }

  /**
   * What is known of the secret with this prefix. Callers who ask at once share one look-up.
   *
   * @return completes on the caller's context; fails as the store does, and as OVERLOADED when too
   *     many look-ups are under way
   */
  Future<Optional<KnownKey>> find(String prefix) {
    long nowNanos = nanoTime.getAsLong();
    Lookup known = lookups.getIfPresent(prefix);
    if (known != null && known.counts(nowNanos)) {
      return known.answer();
    }
    Lookup fresh = new Lookup(nowNanos);
    Lookup chosen =
        lookups
            .asMap()
            .compute(prefix, (p, other) -> other != null && other.counts(nowNanos) ? other : fresh);
    return chosen == fresh ? fresh.start(prefix) : chosen.answer();
  }

  @Override
  public void changed(UUID tokenId) {
    long change = changes.incrementAndGet();
    lastChanged.accumulateAndGet(stripe(tokenId), change, Math::max);
  }

  @Override
  public void missed() {
    long change = changes.incrementAndGet();
    lastMissed.accumulateAndGet(change, Math::max);
  }

  @Override
  public void caughtUp(long nanoTime) {
    confirmedNanos.accumulateAndGet(nanoTime, (one, other) -> one - other > 0 ? one : other);
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    Bounds.cache(meters, "api_keys", "entries", ENTRIES_MAX, lookups, Cache::estimatedSize);
  }

  long size() {
    lookups.cleanUp();
    return lookups.estimatedSize();
  }

  private static boolean isRecent(long thenNanos, long nowNanos) {
    return nowNanos - thenNanos < UNCONFIRMED_MAX.toNanos();
  }

  private static int stripe(UUID tokenId) {
    return Math.floorMod(tokenId.hashCode(), STRIPES);
  }

  /** One question to the store, asked or answered. */
  private final class Lookup {
    private final long changesBefore = changes.get();
    private final long begunNanos;
    private final Promise<Optional<KnownKey>> promise = Promise.promise();

    Lookup(long begunNanos) {
      this.begunNanos = begunNanos;
    }

    Future<Optional<KnownKey>> start(String prefix) {
      ask(prefix)
          .map(found -> found.map(KnownKey::of))
          .onFailure(failure -> lookups.asMap().remove(prefix, this))
          .onComplete(promise);
      return promise.future();
    }

    private Future<Optional<KnownSecret>> ask(String prefix) {
      if (asked.incrementAndGet() > ASKED_MAX) {
        asked.decrementAndGet();
        return Future.failedFuture(
            new StoreException(Kind.OVERLOADED, "too many keys are being looked up", null));
      }
      return store.find(prefix).onComplete(done -> asked.decrementAndGet());
    }

    /** Whether it can be relied on at this time. */
    boolean counts(long nowNanos) {
      KnownKey key = key();
      long lastChange =
          key == null ? changes.get() : lastChanged.get(stripe(key.secret().token().id()));
      return lastMissed.get() <= changesBefore
          && lastChange <= changesBefore
          && (isRecent(begunNanos, nowNanos)
              || (key != null && isRecent(confirmedNanos.get(), nowNanos)));
    }

    /** None if it is under way, and may turn out to be any, or if there is none. */
    private @Nullable KnownKey key() {
      Optional<KnownKey> found = promise.future().result();
      return found == null ? null : found.orElse(null);
    }

    /** For who did not ask the store itself. */
    Future<Optional<KnownKey>> answer() {
      return CallersContext.of(vertx, promise.future());
    }
  }
}
