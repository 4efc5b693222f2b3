package io.annals.auth;

import static io.annals.auth.AuthFixture.TENANT;

import io.annals.model.ApiToken;
import io.annals.model.TenantId;
import io.annals.store.KeyStore;
import io.annals.store.KeyWatcher;
import io.annals.store.KnownSecret;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.annals.tck.ManualClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A verifier over a store that answers what and when the test wants, and a clock that it moves. */
final class KeyLab implements AutoCloseable {
  static final UUID TOKEN = UUID.fromString("0192a5c8-7f00-7000-8000-000000000001");
  static final UUID ACCOUNT = UUID.fromString("0192a5c8-7f00-7000-8000-0000000000aa");

  final Vertx vertx = Vertx.vertx();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final ManualClock clock = new ManualClock(1_800_000_000_000L);
  final ApiKey key = ApiKey.generate();
  final Map<String, KnownSecret> secrets = new ConcurrentHashMap<>();

  /** Questions that were asked of the store. */
  final List<String> asked = new ArrayList<>();

  /** What it was told of uses; each call one map. */
  final List<Map<UUID, Long>> written = new ArrayList<>();

  /** Questions that are held: what was read when they were asked is not answered yet. */
  private final List<Runnable> waiting = new ArrayList<>();

  private boolean isHeld;
  private boolean isDown;
  private @Nullable KeyWatcher watcher;
  final KeyVerifier verifier;

  KeyLab() {
    put(key, token(TOKEN, null, null), null);
    verifier = new KeyVerifier(vertx, store(), clock, this::nanoTime, meters);
  }

  long nanoTime() {
    return TimeUnit.MILLISECONDS.toNanos(clock.millis());
  }

  KeyWatcher watcher() {
    return Objects.requireNonNull(watcher);
  }

  /** Every change up to now was told. */
  void hear() {
    watcher().caughtUp(nanoTime());
  }

  void hold() {
    isHeld = true;
  }

  /** The answer to the oldest question that waits, to be given later. */
  Runnable takeFirst() {
    return waiting.remove(0);
  }

  void release() {
    isHeld = false;
    List.copyOf(waiting).forEach(Runnable::run);
    waiting.clear();
  }

  void setDown(boolean down) {
    isDown = down;
  }

  static ApiToken token(UUID id, @Nullable Long expiresAtMillis, @Nullable Long revokedAtMillis) {
    return new ApiToken(
        id,
        "a",
        "annals_000000000000",
        List.of(Scopes.AUDIT_READ, Scopes.AUDIT_WRITE),
        ACCOUNT,
        null,
        1,
        "alice",
        expiresAtMillis,
        null,
        revokedAtMillis);
  }

  static ApiToken tokenOfUser(String userId) {
    return new ApiToken(
        TOKEN,
        "a",
        "annals_000000000000",
        List.of(Scopes.AUDIT_READ),
        null,
        userId,
        1,
        "alice",
        null,
        null,
        null);
  }

  void put(ApiKey secret, ApiToken token, @Nullable Long validUntilMillis) {
    secrets.put(secret.prefix(), new KnownSecret(TENANT, token, secret.secret(), validUntilMillis));
  }

  void revoke() {
    put(key, token(TOKEN, null, clock.millis()), null);
  }

  Principal verify() {
    return verify(key.secretText());
  }

  Principal verify(String text) {
    return AuthFixture.await(verifier.verify(text));
  }

  KeyStore store() {
    return (KeyStore)
        Proxy.newProxyInstance(
            KeyLab.class.getClassLoader(),
            new Class<?>[] {KeyStore.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "find" -> find((String) arguments[0]);
                  case "used" -> used((TenantId) arguments[0], (Map<?, ?>) arguments[1]);
                  case "watch" -> watch((KeyWatcher) arguments[0]);
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private @Nullable Object watch(KeyWatcher newcomer) {
    watcher = newcomer;
    return null;
  }

  private Future<Optional<KnownSecret>> find(String prefix) {
    asked.add(prefix);
    if (isDown) {
      return Future.failedFuture(new StoreException(Kind.UNAVAILABLE, "down", null));
    }
    Optional<KnownSecret> read = Optional.ofNullable(secrets.get(prefix));
    if (!isHeld) {
      return Future.succeededFuture(read);
    }
    Promise<Optional<KnownSecret>> promise = Promise.promise();
    waiting.add(() -> promise.complete(read));
    return promise.future();
  }

  private Future<Void> used(TenantId tenant, Map<?, ?> lastUsedMillis) {
    if (isDown || !tenant.equals(TENANT)) {
      return Future.failedFuture(new StoreException(Kind.UNAVAILABLE, "down", null));
    }
    Map<UUID, Long> times = new HashMap<>();
    lastUsedMillis.forEach((token, millis) -> times.put((UUID) token, (Long) millis));
    written.add(times);
    return Future.succeededFuture();
  }

  @Override
  public void close() {
    AuthFixture.await(vertx.close());
  }
}
