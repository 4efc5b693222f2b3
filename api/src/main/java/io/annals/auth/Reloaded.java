package io.annals.auth;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys as their source has them now. They are loaded again and again; a load that fails leaves them
 * as they are, for as long as it fails. A set that loads and has no usable key does replace them:
 * so a provider withdraws its keys.
 *
 * <p>Loads run on one context, one at a time. {@link #current} may be called from any thread.
 *
 * @param <K> the keys, immutable; their {@code toString} names them in the log
 */
final class Reloaded<K> {
  private static final Logger LOG = LoggerFactory.getLogger(Reloaded.class);

  private record Version<K>(@Nullable Buffer content, K keys) {}

  private final Vertx vertx;
  private final Context context;
  private final Source source;
  private final Function<Buffer, K> parser;
  private volatile Version<K> version;

  // Guarded by this.
  private @Nullable Future<Void> loading;
  private long loadedNanos;
  private @Nullable Long timer;
  private boolean closed;

  // On the context only.
  private @Nullable String lastFailure;

  private Reloaded(Vertx vertx, Source source, Function<Buffer, K> parser, K none) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.source = source;
    this.parser = parser;
    this.version = new Version<>(null, none);
  }

  /**
   * Loads the keys and keeps them fresh. Fails as the first load fails, unless the source may be
   * started without: then there are no keys until a later load.
   *
   * @param parser reads the source's content, on a worker thread; what it throws fails the load
   * @param none what is current before the first load
   */
  static <K> Future<Reloaded<K>> open(
      Vertx vertx, Source source, Function<Buffer, K> parser, K none) {
    Reloaded<K> reloaded = new Reloaded<>(vertx, source, parser, none);
    return reloaded
        .load()
        .recover(e -> source.mayStartWithout() ? Future.succeededFuture() : Future.failedFuture(e))
        .map(reloaded)
        .recover(e -> reloaded.close().transform(closed -> Future.failedFuture(e)));
  }

  /** The same instance for as long as the source has the same content. */
  K current() {
    return version.keys;
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
                .compose(this::versionOf)
                .<Void>map(this::use)
                .onFailure(this::report)
                .onComplete(this::scheduleNext)
                .onComplete(done));
    return done.future();
  }

  /** The same instance for the same bytes, so that nothing remembered is dropped for nothing. */
  private Future<Version<K>> versionOf(Buffer content) {
    Version<K> known = version;
    return content.equals(known.content)
        ? Future.succeededFuture(known)
        : vertx.executeBlocking(() -> new Version<>(content, parser.apply(content)), false);
  }

  private @Nullable Void use(Version<K> loaded) {
    if (!loaded.equals(version) || lastFailure != null) {
      version = loaded;
      LOG.info("{} in use, from {}", loaded.keys, source);
    }
    lastFailure = null;
    return null;
  }

  private void report(Throwable e) {
    // Once, not at every attempt of an outage.
    if (!line(e).equals(lastFailure)) {
      lastFailure = line(e);
      LOG.warn(
          "Cannot use {}: {}; going on with {}, and trying again",
          source,
          lastFailure,
          version.keys);
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

  /** What went wrong, in one line. */
  static String line(Throwable e) {
    String text = e instanceof KeyFileException ? e.getMessage() : e.toString();
    return String.valueOf(text).lines().findFirst().orElse("");
  }
}
