package io.annals.calls;

import io.annals.auth.Principal;
import io.annals.http.ClientAddress;
import io.annals.http.Door;
import io.annals.http.Shares;
import io.annals.model.ActivityStream;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityStore;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records every call that is made to Annals with an API key as activity of that key.
 *
 * <p>A call takes a place when it is let in, and keeps it until its event is durable; there are
 * {@value #PLACES} of them, so a store that is behind costs a bounded amount of memory, and who
 * finds no place is not served unrecorded. No tenant can take all of them; nor can all together who
 * name a key without proving to hold it, as anybody can who has seen its prefix. Events are written
 * a few times a second, all calls of a tenant together. What fails is written again, with the same
 * ids, until it is stored.
 *
 * <p>Safe to use from any thread.
 */
public final class CallRecorder implements Door.Recorder {
  private static final Logger LOG = LoggerFactory.getLogger(CallRecorder.class);

  static final int PLACES = 20_000;
  private static final int BATCH_EVENTS_MAX = 1_000;
  private static final long WRITE_EVERY_MILLIS = 200;
  private static final long RETRY_MILLIS_MAX = 10_000;
  private static final long CLOSE_SECONDS_MAX = 10;
  private static final long LOOK_EVERY_MILLIS = 20;

  /** As much as the contract allows: clients choose both, and may write some 30,000. */
  private static final int METHOD_CHARACTERS_MAX = 256;

  private static final int PATH_CHARACTERS_MAX = 2_048;

  /** As others call it whose client left before it was answered. */
  private static final int CLIENT_LEFT = 499;

  /**
   * A call that has ended.
   *
   * @param payer whose place it has; empty for those who are not let in
   */
  private record Call(Optional<TenantId> payer, TenantId tenant, NewActivity activity) {}

  private final Vertx vertx;
  private final ActivityStore store;
  private final InstantSource clock;
  private final Supplier<UUID> ids;
  private final Shares<Optional<TenantId>> places;
  private final Queue<Call> ended = new ConcurrentLinkedQueue<>();
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
    this.places = new Shares<>(places);
    timer = vertx.setPeriodic(WRITE_EVERY_MILLIS, t -> write());
  }

  @Override
  public boolean admit(RoutingContext context, Principal caller, boolean isLetIn, long startNanos) {
    if (caller.key().isEmpty() || caller.tenant().isEmpty()) {
      return true;
    }
    TenantId tenant = caller.tenant().get();
    Optional<TenantId> payer = isLetIn ? caller.tenant() : Optional.empty();
    if (!places.take(payer, 1)) {
      return false;
    }
    long createdAtMillis = clock.millis();
    Handler<AsyncResult<Void>> atEnd =
        end -> {
          int status = status(context.response(), end.failed());
          long tookNanos = System.nanoTime() - startNanos;
          Event event = event(context, caller, createdAtMillis, status, tookNanos);
          UUID account = caller.key().get().serviceAccountId();
          ended.add(new Call(payer, tenant, new NewActivity(event, account)));
        };
    if (context.response().closed()) {
      atEnd.handle(Future.failedFuture("its client left while the key was looked up"));
    } else {
      context.addEndHandler(atEnd);
    }
    return true;
  }

  long placesTaken() {
    return places.held();
  }

  private static int status(HttpServerResponse response, boolean failed) {
    return failed && !response.headWritten() ? CLIENT_LEFT : response.getStatusCode();
  }

  private Event event(
      RoutingContext context, Principal caller, long createdAtMillis, int status, long tookNanos) {
    Principal.Key key = caller.key().orElseThrow();
    HttpServerRequest request = context.request();
    Object[] values = new Object[ActivityStream.ACTIVITY.fields().size()];
    values[ActivityStream.TOKEN_ID] = key.tokenId();
    values[ActivityStream.KEY_PREFIX] = key.prefix();
    values[ActivityStream.METHOD] = cut(request.method().name(), METHOD_CHARACTERS_MAX);
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
    return cut(path, PATH_CHARACTERS_MAX);
  }

  /** What HTTP lets pass here is Latin-1: no character is cut in two. */
  private static String cut(String text, int charactersMax) {
    return text.length() > charactersMax ? text.substring(0, charactersMax) : text;
  }

  private void write() {
    Map<TenantId, List<Call>> byTenant = new HashMap<>();
    for (Call call = ended.poll(); call != null; call = ended.poll()) {
      byTenant.computeIfAbsent(call.tenant(), tenant -> new ArrayList<>()).add(call);
    }
    byTenant.forEach(
        (tenant, calls) -> {
          for (int i = 0; i < calls.size(); i += BATCH_EVENTS_MAX) {
            write(tenant, calls.subList(i, Math.min(i + BATCH_EVENTS_MAX, calls.size())), 0);
          }
        });
  }

  private void write(TenantId tenant, List<Call> calls, int attempts) {
    Future.succeededFuture()
        .compose(now -> store.append(tenant, calls.stream().map(Call::activity).toList()))
        .onSuccess(durable -> calls.forEach(call -> places.give(call.payer(), 1)))
        .onFailure(
            failure -> {
              if (attempts == 0) {
                LOG.warn("{} calls are still to be recorded: {}", calls.size(), failure.toString());
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
    Promise<Void> durable = Promise.promise();
    long look = vertx.setPeriodic(1, LOOK_EVERY_MILLIS, t -> completeIfIdle(durable));
    return durable
        .future()
        .timeout(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)
        .onFailure(late -> LOG.error("{} calls could not be recorded", places.held()))
        .transform(
            done -> {
              vertx.cancelTimer(look);
              return Future.succeededFuture();
            });
  }

  private void completeIfIdle(Promise<Void> idle) {
    if (places.held() == 0) {
      idle.tryComplete();
    }
  }
}
