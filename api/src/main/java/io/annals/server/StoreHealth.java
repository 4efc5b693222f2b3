package io.annals.server;

import io.annals.store.Store;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a store can be used, since when, and if not, why. It is checked in the background: who
 * asks is answered at once, also while the store hangs, and costs the store nothing.
 *
 * <p>Each change is logged once. Safe to use from any thread.
 */
final class StoreHealth {
  private static final Logger LOG = LoggerFactory.getLogger(StoreHealth.class);

  private static final long PERIOD_MILLIS = 1_000;
  private static final long ANSWER_MILLIS_MAX = 2_000;
  private static final int REASON_CHARACTERS_MAX = 300;

  /** What a store is good for just now. */
  enum Status {
    /** It is being opened. */
    STARTING,
    /** Its database answers. */
    UP,
    /** Its database does not answer as it should. */
    DOWN
  }

  private record State(Status status, long sinceMillis, @Nullable String reason) {}

  private final String name;
  private final List<String> roles;
  private final InstantSource clock;
  private volatile State state;
  private volatile boolean ended;

  /**
   * The health of a store that is yet to be opened.
   *
   * @param roles what it is used for, for people
   */
  StoreHealth(String name, List<String> roles, InstantSource clock) {
    this.name = name;
    this.roles = List.copyOf(roles);
    this.clock = clock;
    state =
        new State(
            Status.STARTING,
            clock.millis(),
            "waits for its database, and brings the schema up to date");
  }

  /** The name that the configuration chooses the store by. */
  String name() {
    return name;
  }

  /** What it is used for. */
  List<String> roles() {
    return roles;
  }

  Status status() {
    return state.status;
  }

  /** Whether its database answers. */
  boolean isUp() {
    return state.status == Status.UP;
  }

  /** Epoch seconds since which it has been down, or is being opened; 0 while it is up. */
  double downSinceSeconds() {
    State now = state;
    return now.status == Status.UP ? 0 : now.sinceMillis / 1e3;
  }

  /** Status, roles, since when (RFC 3339) and, if it cannot be used, why. */
  JsonObject toJson() {
    State now = state;
    JsonObject json =
        new JsonObject()
            .put("status", now.status.name())
            .put("roles", new JsonArray(roles))
            .put("since", Instant.ofEpochMilli(now.sinceMillis).toString());
    return now.reason == null ? json : json.put("reason", now.reason);
  }

  /** Checks this open store, at once and again and again until {@link #end}. */
  void watch(Vertx vertx, Store store) {
    Future.succeededFuture()
        .compose(now -> store.check())
        .timeout(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS)
        .onComplete(
            (answered, failure) -> {
              note(failure);
              if (!ended) {
                vertx.setTimer(PERIOD_MILLIS, timer -> watch(vertx, store));
              }
            });
  }

  /** Checks it no more: it is about to be closed. */
  void end() {
    ended = true;
  }

  private synchronized void note(@Nullable Throwable failure) {
    if (ended) {
      return;
    }
    State before = state;
    State now =
        failure == null
            ? new State(Status.UP, clock.millis(), null)
            : new State(Status.DOWN, clock.millis(), reason(failure));
    if (now.status != before.status) {
      announce(before, now); // so that the log has it by the time that health tells it
      state = now;
    } else {
      state = new State(now.status, before.sinceMillis, now.reason);
    }
  }

  private void announce(State before, State now) {
    if (now.status == Status.DOWN) {
      LOG.warn("the store {} ({}) is down: {}", name, String.join(", ", roles), now.reason);
    } else if (before.status == Status.DOWN) {
      Duration away = Duration.ofMillis(now.sinceMillis - before.sinceMillis);
      LOG.info("the store {} is back after {} s", name, away.toMillis() / 1e3);
    }
  }

  private static String reason(Throwable failure) {
    if (failure instanceof TimeoutException
        || (failure instanceof StoreException known && known.kind() == Kind.TIMEOUT)) {
      return "does not answer within " + ANSWER_MILLIS_MAX + " ms";
    }
    String line = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    return line.substring(0, Math.min(line.length(), REASON_CHARACTERS_MAX));
  }
}
