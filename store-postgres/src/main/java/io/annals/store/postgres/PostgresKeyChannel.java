package io.annals.store.postgres;

import io.annals.store.KeyWatcher;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgNotification;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of changes of keys from all servers on the database: one connection on one event loop that
 * listens.
 *
 * <p>Several times a second it is asked whether it still does. Who makes a change is answered after
 * PostgreSQL has signalled the listening connections, and a connection that was signalled passes on
 * what it heard before it says that it is ready for the next question. So an answer proves that
 * every change acknowledged before the question has been told.
 *
 * <p>Trouble here fails nobody's call: watchers are told nothing, and act on that.
 */
final class PostgresKeyChannel extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresKeyChannel.class);

  private static final String LISTEN = "LISTEN annals_keys";

  /** Asked of the session itself: a pooler may have given the connection another one. */
  private static final String IS_LISTENING =
      "SELECT 'annals_keys' IN (SELECT pg_listening_channels())";

  private static final long INTERVAL_MILLIS = 250;

  /** An answer that is later is of no use to anybody. */
  private static final long ANSWER_MILLIS_MAX = 1_000;

  private static final long RETRY_MILLIS_MIN = 50;
  private static final long RETRY_MILLIS_MAX = 2_000;

  private final PostgresSettings settings;
  private final List<KeyWatcher> watchers = new CopyOnWriteArrayList<>();
  private @Nullable PgConnection listening;
  private long retryMillis = RETRY_MILLIS_MIN;
  private boolean stopped;

  PostgresKeyChannel(PostgresSettings settings) {
    this.settings = settings;
  }

  /** Tells this watcher from now on; may be called from any thread. */
  void watch(KeyWatcher watcher) {
    watchers.add(watcher);
  }

  /** Tells of a change that was made here; may be called from any thread. */
  void changed(UUID tokenId) {
    watchers.forEach(watcher -> watcher.changed(tokenId));
  }

  /** Does not wait for the connection. */
  @Override
  public Future<?> start() {
    connect();
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    PgConnection last = listening;
    listening = null;
    return last == null ? Future.succeededFuture() : last.close();
  }

  private void connect() {
    Future<PgConnection> opening =
        PgConnection.connect(vertx, settings.listenerOptions()).compose(this::listen);
    opening
        .timeout(settings.timeoutMillis(), TimeUnit.MILLISECONDS)
        .onFailure(
            failure -> {
              opening.onSuccess(late -> late.close());
              retry(failure.toString());
            })
        .onSuccess(this::begin);
  }

  private Future<PgConnection> listen(PgConnection connection) {
    connection.notificationHandler(this::hear);
    return connection
        .query(LISTEN)
        .execute()
        .map(connection)
        .onFailure(failure -> connection.close());
  }

  private void begin(PgConnection connection) {
    if (stopped) {
      connection.close();
      return;
    }
    listening = connection;
    connection.closeHandler(v -> lose(connection, "the connection was closed"));
    watchers.forEach(KeyWatcher::missed);
    ask(connection);
  }

  private void hear(PgNotification notification) {
    try {
      changed(UUID.fromString(notification.getPayload()));
    } catch (IllegalArgumentException foreign) {
      LOG.warn("{} was notified of something that is no token", settings);
      watchers.forEach(KeyWatcher::missed);
    }
  }

  private void ask(PgConnection connection) {
    if (connection != listening) {
      return;
    }
    long askedNanoTime = System.nanoTime();
    connection
        .query(IS_LISTENING)
        .execute()
        .timeout(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS)
        .onFailure(failure -> lose(connection, failure.toString()))
        .onSuccess(
            rows -> {
              if (connection != listening) {
                return;
              }
              if (!rows.iterator().next().getBoolean(0)) {
                lose(connection, "another session answered");
                return;
              }
              if (retryMillis > RETRY_MILLIS_MIN) {
                LOG.info("{} is heard again", settings);
                retryMillis = RETRY_MILLIS_MIN;
              }
              watchers.forEach(watcher -> watcher.caughtUp(askedNanoTime));
              vertx.setTimer(INTERVAL_MILLIS, tick -> ask(connection));
            });
  }

  private void lose(PgConnection connection, String reason) {
    if (connection == listening) {
      listening = null;
      PostgresConnections.cut(connection);
      retry(reason);
    }
  }

  private void retry(String reason) {
    if (!stopped) {
      if (retryMillis == RETRY_MILLIS_MIN) {
        LOG.warn("{} cannot be heard, keys are read again and again: {}", settings, reason);
      }
      vertx.setTimer(retryMillis, tick -> connect());
      retryMillis = Math.min(2 * retryMillis, RETRY_MILLIS_MAX);
    }
  }
}
