package io.annals.store.postgres;

import io.annals.model.NewEvent;
import io.annals.store.AuditStore.Appended;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Group commit: callers queue here, and each writer, as soon as it is idle, takes all that waits
 * (up to a bound) into one transaction. Under load a commit is shared by many callers; without load
 * nobody waits.
 *
 * <p>Lists that share an id chosen by their senders never share a group: so within a group a taken
 * id means that it was committed before.
 */
final class PostgresCommitter {
  /** Beyond this, larger inserts gain nothing and answers are late. */
  private static final int GROUP_EVENTS_MAX = 2_000;

  private final int waitingEventsMax;
  private final Deque<PostgresAppend> waiting = new ArrayDeque<>();
  private final Deque<PostgresWriter> idle = new ArrayDeque<>();
  private int waitingEvents;
  private boolean closed;

  PostgresCommitter(int waitingEventsMax) {
    this.waitingEventsMax = waitingEventsMax;
  }

  Future<Appended> append(PostgresAppend append) {
    PostgresWriter writer;
    synchronized (this) {
      if (closed) {
        throw new StoreException(Kind.UNAVAILABLE, "the PostgreSQL store is closed", null);
      }
      // A list is never too long for an empty queue.
      if (!waiting.isEmpty() && waitingEvents + append.events().size() > waitingEventsMax) {
        throw new StoreException(
            Kind.OVERLOADED, waitingEvents + " events wait for a PostgreSQL writer", null);
      }
      waiting.add(append);
      waitingEvents += append.events().size();
      writer = idle.poll();
    }
    if (writer != null) {
      writer.wake();
    }
    return append.future();
  }

  /** Takes nothing further in; what waits is still handed out. */
  synchronized void close() {
    closed = true;
  }

  /** The next group, or an empty one; the writer is woken again then. */
  synchronized List<PostgresAppend> take(PostgresWriter writer) {
    List<PostgresAppend> group = new ArrayList<>();
    Set<UUID> ids = new HashSet<>();
    int events = 0;
    for (Iterator<PostgresAppend> queue = waiting.iterator();
        queue.hasNext() && events < GROUP_EVENTS_MAX; ) {
      PostgresAppend append = queue.next();
      if (addGivenIds(append, ids)) {
        queue.remove();
        group.add(append);
        events += append.events().size();
      }
    }
    waitingEvents -= events;
    if (group.isEmpty() && !idle.contains(writer)) {
      idle.add(writer);
    }
    return group;
  }

  /** Adds the ids that the list's sender chose, unless one is there already. */
  private static boolean addGivenIds(PostgresAppend append, Set<UUID> ids) {
    List<NewEvent> events = append.events();
    for (NewEvent event : events) {
      if (event.idGiven() && ids.contains(event.event().id())) {
        return false;
      }
    }
    for (NewEvent event : events) {
      if (event.idGiven()) {
        ids.add(event.event().id());
      }
    }
    return true;
  }
}
