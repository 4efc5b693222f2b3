package io.annals.auth;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The external keys as they are now. They are loaded again and again; a load that fails leaves them
 * as they are, for as long as it fails. A set that loads and has no usable key does replace them:
 * so a provider withdraws its keys.
 *
 * <p>Loads run on one context, one at a time. {@link #current} may be called from any thread.
 */
final class Jwks {
  private static final Logger LOG = LoggerFactory.getLogger(Jwks.class);

  private final Vertx vertx;
  private final Context context;
  private final JwksSource source;
  private final AtomicReference<ExternalKeys> current = new AtomicReference<>(ExternalKeys.NONE);

  // Guarded by this.
  private @Nullable Future<Void> loading;
  private long loadedNanos;
  private @Nullable Long timer;
  private boolean closed;

  // On the context only.
  private @Nullable String lastFailure;

  private Jwks(Vertx vertx, JwksSource source) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.source = source;
  }

  /**
   * Loads the keys and keeps them fresh. Fails when the first load fails, unless the source may be
   * started without: then there are no external keys until a later load.
   */
  static Future<Jwks> open(Vertx vertx, JwksSource source) {
    Jwks jwks = new Jwks(vertx, source);
    return jwks.load()
        .recover(e -> source.mayStartWithout() ? Future.succeededFuture() : Future.failedFuture(e))
        .compose(
            done -> Future.succeededFuture(jwks),
            e -> jwks.close().transform(x -> refused(source, e)));
  }

  private static Future<Jwks> refused(JwksSource source, Throwable cause) {
    return Future.failedFuture(
        new IllegalArgumentException("cannot use the JWK set " + source + ": " + line(cause)));
  }

  ExternalKeys current() {
    return current.get();
  }

  /**
   * Loads the keys because a token names one that is not among them; calls during a load share it.
   * Completes when there is something new to look at, or at once when the last load was a moment
   * ago: tokens that anybody can make up must not become requests to the provider. Never fails. The
   * future completes on another thread than the caller's.
   */
  Future<Void> refresh() {
    synchronized (this) {
      long ageMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - loadedNanos);
      if (closed || (loading == null && ageMillis < source.gapMillis())) {
        return Future.succeededFuture();
      }
    }
    return load().otherwiseEmpty();
  }

  synchronized Future<Void> close() {
    closed = true;
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
    return source.close();
  }

  private synchronized Future<Void> load() {
    if (loading != null) {
      return loading;
    }
    Promise<Void> done = Promise.promise();
    loading = done.future();
    context.runOnContext(
        go ->
            // Composed, so that what load() throws also ends the load.
            Future.succeededFuture()
                .compose(start -> source.load())
                .compose(this::keysFrom)
                .<Void>map(this::use)
                .onFailure(this::report)
                .onComplete(this::scheduleNext)
                .onComplete(done));
    return done.future();
  }

  /** The same instance for the same bytes, so that nothing remembered is dropped for nothing. */
  private Future<ExternalKeys> keysFrom(Buffer body) {
    ExternalKeys known = current.get();
    return known.isFrom(body)
        ? Future.succeededFuture(known)
        : vertx.executeBlocking(() -> ExternalKeys.parse(body), false);
  }

  private @Nullable Void use(ExternalKeys keys) {
    if (current.getAndSet(keys) != keys || lastFailure != null) {
      LOG.info("{} external keys in use, from {}", keys.size(), source);
      if (keys.size() == 0) {
        LOG.warn("No usable key in {}: external tokens are refused", source);
      }
    }
    lastFailure = null;
    return null;
  }

  private void report(Throwable e) {
    // Once, not at every attempt of an outage.
    if (!line(e).equals(lastFailure)) {
      lastFailure = line(e);
      LOG.warn(
          "Cannot load the JWK set {}: {}; going on with {} external keys, and trying again",
          source,
          lastFailure,
          current.get().size());
    }
  }

  private synchronized void scheduleNext(AsyncResult<Void> result) {
    loading = null;
    loadedNanos = System.nanoTime();
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
    if (!closed) {
      long pauseMillis = result.succeeded() ? source.periodMillis() : source.gapMillis();
      timer = vertx.setTimer(pauseMillis, id -> load());
    }
  }

  private static String line(Throwable e) {
    return String.valueOf(e).lines().findFirst().orElse("");
  }
}
