package io.annals.calls;

import io.annals.auth.Principal;
import io.annals.http.ClientAddress;
import io.annals.http.Door;
import io.annals.http.LineRate;
import io.annals.http.RequestTracing;
import io.annals.model.ActivityStream;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records every call that is made to Annals with an API key as activity of that key.
 *
 * <p>A call takes a place when it is let in, and keeps it until its event is durable; there are
 * {@value #PLACES} of them, so a store that is behind costs a bounded amount of memory, and who
 * finds no place is not served unrecorded. A tenant may take a quarter of them, so that it leaves
 * room for others. Events are written a few times a second, all calls of a tenant together. What
 * fails is written again, with the same ids, until it is stored.
 *
 * <p>Safe to use from any thread.
 */
public final class CallRecorder implements Door.Recorder {
  private static final Logger LOG = LoggerFactory.getLogger(CallRecorder.class);

  static final int PLACES = 20_000;
  private static final int TENANT_PART = 4;
  private static final int BATCH_EVENTS_MAX = 1_000;
  private static final long WRITE_EVERY_MILLIS = 200;
  private static final long RETRY_MILLIS_MAX = 10_000;
  private static final long CLOSE_SECONDS_MAX = 10;
  private static final int PATH_CHARACTERS_MAX = 2_048;

  private record Call(TenantId tenant, NewActivity activity) {}

  private final Vertx vertx;
  private final ActivityStore store;
  private final InstantSource clock;
  private final Supplier<UUID> ids;
  private final int placesMax;
  private final Semaphore places;
  private final Map<TenantId, Integer> taken = new ConcurrentHashMap<>();
  private final Queue<Call> ended = new ConcurrentLinkedQueue<>();
  private final LineRate lines = new LineRate();
  private final long timer;

  /**
   * Records into this store, until it is closed.
   *
   * @param ids gives ids to events, ascending
   */
  public CallRecorder(Vertx vertx, ActivityStore store, InstantSource clock, Supplier<UUID> ids) {
    this(vertx, store, clock, ids, PLACES);
  }

  CallRecorder(
      Vertx vertx, ActivityStore store, InstantSource clock, Supplier<UUID> ids, int places) {
    this.vertx = vertx;
    this.store = store;
    this.clock = clock;
    this.ids = ids;
    placesMax = places;
    this.places = new Semaphore(places);
    timer = vertx.setPeriodic(WRITE_EVERY_MILLIS, t -> write());
  }

  @Override
  public boolean admit(RoutingContext context, Principal caller, long startNanos) {
    if (caller.key().isEmpty() || caller.tenant().isEmpty()) {
      return true;
    }
    TenantId tenant = caller.tenant().get();
    if (!take(tenant)) {
      return false;
    }
    long createdAtMillis = clock.millis();
    context.addEndHandler(
        end -> {
          int status = RequestTracing.status(context.response(), end.failed());
          long tookNanos = System.nanoTime() - startNanos;
          Event event = event(context, caller, createdAtMillis, status, tookNanos);
          ended.add(
              new Call(tenant, new NewActivity(event, caller.key().get().serviceAccountId())));
        });
    return true;
  }

  private boolean take(TenantId tenant) {
    int ofTenantMax = Math.max(1, placesMax / TENANT_PART);
    if (taken.merge(tenant, 1, Integer::sum) <= ofTenantMax && places.tryAcquire()) {
      return true;
    }
    taken.computeIfPresent(tenant, (t, count) -> less(count, 1));
    return false;
  }

  private void giveBack(TenantId tenant, int count) {
    taken.computeIfPresent(tenant, (t, all) -> less(all, count));
    places.release(count);
  }

  private static @Nullable Integer less(int count, int by) {
    return count == by ? null : (Integer) (count - by);
  }

  int freePlaces() {
    return places.availablePermits();
  }

  private Event event(
      RoutingContext context, Principal caller, long createdAtMillis, int status, long tookNanos) {
    Principal.Key key = caller.key().orElseThrow();
    HttpServerRequest request = context.request();
    Object[] values = new Object[ActivityStream.ACTIVITY.fields().size()];
    values[ActivityStream.TOKEN_ID] = key.tokenId();
    values[ActivityStream.KEY_PREFIX] = key.prefix();
    values[ActivityStream.METHOD] = request.method().name();
    values[ActivityStream.PATH] = path(context);
    values[ActivityStream.STATUS_CODE] = status;
    values[ActivityStream.LATENCY_MS] = (int) TimeUnit.NANOSECONDS.toMillis(tookNanos);
    values[ActivityStream.REMOTE_IP] = ClientAddress.of(context);
    values[ActivityStream.ACTOR] = caller.subject();
    return new Event(createdAtMillis, ids.get(), values);
  }

  /** The template of its route; as it was sent, without its query, where it has none. */
  private static String path(RoutingContext context) {
    String path = Door.route(context).orElseGet(() -> context.request().path());
    return path.length() > PATH_CHARACTERS_MAX ? path.substring(0, PATH_CHARACTERS_MAX) : path;
  }

  private void write() {
    Map<TenantId, List<NewActivity>> byTenant = new HashMap<>();
    for (Call call = ended.poll(); call != null; call = ended.poll()) {
      byTenant.computeIfAbsent(call.tenant(), tenant -> new ArrayList<>()).add(call.activity());
    }
    byTenant.forEach(
        (tenant, calls) -> {
          for (int i = 0; i < calls.size(); i += BATCH_EVENTS_MAX) {
            write(tenant, calls.subList(i, Math.min(i + BATCH_EVENTS_MAX, calls.size())), 0);
          }
        });
  }

  private void write(TenantId tenant, List<NewActivity> calls, int attempts) {
    Future.succeededFuture()
        .compose(now -> store.append(tenant, calls))
        .onSuccess(durable -> giveBack(tenant, calls.size()))
        .onFailure(
            failure -> {
              if (attempts == 0) {
                lines.say(
                    "unrecorded",
                    more ->
                        LOG.warn(
                            "{} calls are still to be recorded: {}{}",
                            calls.size(),
                            failure.getMessage(),
                            more));
              }
              long delay = Math.min(RETRY_MILLIS_MAX, WRITE_EVERY_MILLIS << Math.min(attempts, 10));
              vertx.setTimer(delay, t -> write(tenant, calls, attempts + 1));
            });
  }

  /**
   * Waits, for some seconds at most, until what has ended is durable; before the store closes.
   * Closing twice is allowed.
   */
  public Future<Void> close() {
    vertx.cancelTimer(timer);
    write();
    return vertx.executeBlocking(
        () -> {
          if (places.tryAcquire(placesMax, CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
            places.release(placesMax);
          } else {
            LOG.error("{} calls could not be recorded", placesMax - places.availablePermits());
          }
          return null;
        },
        false);
  }
}
