package io.annals.ingest;

import io.annals.model.ActivityPosition;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A store that keeps what it is told to keep, when it is told to. */
final class ScriptedStore implements ActivityStore {
  /** What is stored, by its identity. */
  final Map<ActivityPosition, Event> stored = new ConcurrentHashMap<>();

  final AtomicInteger calls = new AtomicInteger();
  final AtomicInteger eventsUnderWay = new AtomicInteger();
  private final AtomicInteger eventsUnderWayMax = new AtomicInteger();
  private final List<Runnable> stalled = new ArrayList<>();
  private volatile Function<List<NewActivity>, Future<Void>> script = this::store;

  /** Does this with what comes from now on. */
  void script(Function<List<NewActivity>, Future<Void>> next) {
    script = next;
  }

  Future<Void> store(List<NewActivity> events) {
    events.forEach(e -> stored.putIfAbsent(ActivityPosition.of(e.event()), e.event()));
    return Future.succeededFuture();
  }

  static Future<Void> fail(Kind kind) {
    return Future.failedFuture(new StoreException(kind, "scripted", null));
  }

  /** Answers nothing until {@link #release}; stores then. */
  void stall() {
    script =
        events -> {
          Promise<Void> promise = Promise.promise();
          synchronized (stalled) {
            stalled.add(() -> store(events).onComplete(promise));
          }
          return promise.future();
        };
  }

  /** Goes on with what was stalled, and stores what comes at once. */
  void release() {
    script = this::store;
    List<Runnable> all;
    synchronized (stalled) {
      all = List.copyOf(stalled);
      stalled.clear();
    }
    all.forEach(Runnable::run);
  }

  int eventsUnderWayMax() {
    return eventsUnderWayMax.get();
  }

  @Override
  public Future<Void> append(TenantId tenant, List<NewActivity> events) {
    calls.incrementAndGet();
    int underWay = eventsUnderWay.addAndGet(events.size());
    eventsUnderWayMax.accumulateAndGet(underWay, Math::max);
    return script.apply(events).onComplete(done -> eventsUnderWay.addAndGet(-events.size()));
  }

  @Override
  public Future<Optional<ActivityPage>> page(TenantId tenant, ActivityQuery query) {
    throw new UnsupportedOperationException();
  }
}
