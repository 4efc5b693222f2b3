package io.annals.auth;

import io.annals.store.KeyStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Verifies API keys, and that the keys still hold that tokens were made with. A revoked or replaced
 * key is refused at once on the server that was told so, and everywhere within a second; one that
 * has expired is refused from that moment on.
 *
 * <p>Safe to use from any thread. A key that was verified in the last seconds is answered without
 * asking the store.
 */
public final class KeyVerifier {
  /** So that {@code lastUsedAt} is at most a minute behind, also when a write has to wait. */
  private static final Duration USES_WRITTEN_EVERY = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final KeyCache cache;
  private final KeyUses uses;
  private final InstantSource clock;
  private final long timer;

  /** A verifier of the keys in this store, to be closed before the store is. */
  public KeyVerifier(Vertx vertx, KeyStore store, MeterRegistry meters) {
    this(vertx, store, InstantSource.system(), System::nanoTime, meters);
  }

  KeyVerifier(
      Vertx vertx,
      KeyStore store,
      InstantSource clock,
      LongSupplier nanoTime,
      MeterRegistry meters) {
    this.vertx = vertx;
    this.clock = clock;
    cache = new KeyCache(vertx, store, nanoTime);
    cache.bindTo(meters);
    uses = new KeyUses(store, meters);
    store.watch(cache);
    timer = vertx.setPeriodic(USES_WRITTEN_EVERY.toMillis(), t -> uses.write());
  }

  /** Writes down the last uses. Verifying goes on, but further uses are not written. */
  public Future<Void> close() {
    vertx.cancelTimer(timer);
    return uses.write();
  }

  /**
   * Verifies a key.
   *
   * @return the principal; a failure with {@link InvalidTokenException} if the key is refused, and
   *     with the store's failure if it cannot be asked. Nothing is thrown. It completes on the
   *     caller's context.
   */
  public Future<Principal> verify(String apiKey) {
    return find(apiKey).map(KnownKey::principal);
  }

  /**
   * Verifies that the key which this principal's token was made with still holds, if there is one.
   *
   * @return the principal, or a failure as of {@link #verify}
   */
  public Future<Principal> confirm(Principal principal) {
    if (principal.key().isEmpty()) {
      return Future.succeededFuture(principal);
    }
    return cache
        .find(principal.key().get().prefix())
        .map(
            found -> {
              try {
                admit(found);
                return principal;
              } catch (InvalidTokenException e) {
                throw e.naming(principal);
              }
            });
  }

  /** As {@link #verify}, with all that is known of the key. */
  Future<KnownKey> find(String apiKey) {
    ApiKey key;
    try {
      key = ApiKey.parse(apiKey);
    } catch (MalformedKeyException e) {
      return Future.failedFuture(new InvalidTokenException(String.valueOf(e.getMessage())));
    }
    return cache
        .find(key.prefix())
        .map(
            found -> {
              try {
                return admit(found.filter(known -> key.matches(known.secret().secret())));
              } catch (InvalidTokenException e) {
                throw found.map(KnownKey::principal).map(e::naming).orElse(e);
              }
            });
  }

  private KnownKey admit(Optional<KnownKey> proved) {
    KnownKey key = proved.orElseThrow(() -> new InvalidTokenException("the API key is unknown"));
    long nowMillis = clock.millis();
    key.requireValid(nowMillis);
    uses.note(key, nowMillis);
    return key;
  }
}
