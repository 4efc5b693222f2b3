package io.annals.store.postgres;

import io.annals.model.Event;
import io.annals.model.NewEvent;
import io.annals.model.TenantId;
import io.annals.store.AuditStore.Appended;
import io.annals.store.ConflictException;
import io.annals.store.StoreException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One caller's list on its way into a transaction, each id once. */
final class PostgresAppend {
  private final TenantId tenant;
  private final PostgresTable table;
  private final List<NewEvent> events;
  private final int sent;
  private final Promise<Appended> promise = Promise.promise();
  private final @Nullable Context caller = Vertx.currentContext();
  private boolean answered;

  /**
   * Takes the list apart.
   *
   * @throws ConflictException if it holds an id twice with different content
   */
  PostgresAppend(TenantId tenant, PostgresTable table, List<NewEvent> sent) {
    this.tenant = tenant;
    this.table = table;
    this.sent = sent.size();
    events = new ArrayList<>(sent.size());
    Map<UUID, Event> seen = new HashMap<>();
    List<UUID> conflicts = new ArrayList<>();
    for (NewEvent event : sent) {
      Event first = event.idGiven() ? seen.putIfAbsent(event.event().id(), event.event()) : null;
      if (first == null) {
        events.add(event);
      } else if (!event.sameAs(first, table.stream())) {
        conflicts.add(first.id());
      }
    }
    if (!conflicts.isEmpty()) {
      throw new ConflictException(conflicts);
    }
  }

  TenantId tenant() {
    return tenant;
  }

  PostgresTable table() {
    return table;
  }

  List<NewEvent> events() {
    return events;
  }

  /** The answer, which reaches the caller on the context that it called from. */
  Future<Appended> future() {
    return promise.future();
  }

  /** Whether the caller has, or is about to get, an answer. For the writer that holds it. */
  boolean isAnswered() {
    return answered;
  }

  /** Answers the caller after the commit. */
  void acknowledge(Collection<UUID> notInserted) {
    long accepted =
        notInserted.isEmpty()
            ? events.size()
            : events.stream().filter(e -> !notInserted.contains(e.event().id())).count();
    Appended appended = new Appended((int) accepted, sent - (int) accepted);
    answer(() -> promise.tryComplete(appended));
  }

  /** Answers the caller that nothing was stored, or that nobody knows. */
  void refuse(StoreException failure) {
    answer(() -> promise.tryFail(failure));
  }

  private void answer(Runnable completion) {
    answered = true;
    if (caller == null) {
      completion.run();
    } else {
      caller.runOnContext(v -> completion.run());
    }
  }
}
