package io.annals.store.postgres;

import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
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
 * <p>Who finds no writer within the time that a statement may take is turned away: a database that
 * stalls must not keep its callers waiting for as long as it does.
 *
 * <p>Lists that share one of their exclusive ids never share a group.
 *
 * @param <A> the lists that it takes
 */
final class PostgresCommitter<A extends PostgresAppend<?, ?>> {
  /** Beyond this, larger inserts gain nothing and answers are late. */
  private static final int GROUP_EVENTS_MAX = 2_000;

  private static final long LOOK_EVERY_MILLIS = 250;

  private final int waitingEventsMax;
  private final Deque<A> waiting = new ArrayDeque<>();
  private final Deque<PostgresWriter<A>> idle = new ArrayDeque<>();
  private final List<Future<String>> writers = new ArrayList<>();
  private int waitingEvents;
  private long lookout;
  private boolean closed;

  PostgresCommitter(int waitingEventsMax) {
    this.waitingEventsMax = waitingEventsMax;
  }

  /** Connects the writers that write what is queued, each group by this transaction. */
  synchronized Future<?> start(
      Vertx vertx, PostgresSettings settings, PostgresWriter.Transaction<A> transaction) {
    for (int i = 0; i < settings.writers(); i++) {
      writers.add(vertx.deployVerticle(new PostgresWriter<>(settings, this, transaction)));
    }
    lookout = vertx.setPeriodic(LOOK_EVERY_MILLIS, look -> refuseLate(settings.timeoutMillis()));
    return Future.join(List.copyOf(writers));
  }

  private void refuseLate(long waitMillisMax) {
    List<A> late = new ArrayList<>();
    synchronized (this) {
      for (A first = waiting.peek();
          first != null && first.waitedMillis() > waitMillisMax;
          first = waiting.peek()) {
        waitingEvents -= first.size();
        late.add(waiting.remove());
      }
    }
    late.forEach(append -> append.refuse(tooLate()));
  }

  /** What a list is refused with that was not tried. */
  static StoreException tooLate() {
    return new StoreException(Kind.TIMEOUT, "no PostgreSQL writer took the list in time", null);
  }

  /** Queues a list; its own future says when it is durable. */
  void append(A append) {
    PostgresWriter<A> writer;
    synchronized (this) {
      if (closed) {
        throw new StoreException(Kind.UNAVAILABLE, "the PostgreSQL store is closed", null);
      }
      // A list is never too long for an empty queue.
      if (!waiting.isEmpty() && waitingEvents + append.size() > waitingEventsMax) {
        throw new StoreException(
            Kind.OVERLOADED, waitingEvents + " events wait for a PostgreSQL writer", null);
      }
      waiting.add(append);
      waitingEvents += append.size();
      writer = idle.poll();
    }
    if (writer != null) {
      writer.wake();
    }
  }

  /** Takes nothing further in, writes what waits, and closes the writers' connections. */
  synchronized Future<Void> close(Vertx vertx) {
    closed = true;
    vertx.cancelTimer(lookout);
    return Future.join(writers.stream().map(w -> w.compose(vertx::undeploy)).toList())
        .transform(done -> Future.succeededFuture());
  }

  /** Whether a list waits for a writer. */
  synchronized boolean isAwaited() {
    return !waiting.isEmpty();
  }

  /** The next group, or an empty one; the writer is woken again then. */
  synchronized List<A> take(PostgresWriter<A> writer) {
    List<A> group = new ArrayList<>();
    Set<UUID> ids = new HashSet<>();
    int events = 0;
    for (Iterator<A> queue = waiting.iterator(); queue.hasNext() && events < GROUP_EVENTS_MAX; ) {
      A append = queue.next();
      Set<UUID> exclusive = append.exclusiveIds();
      if (Collections.disjoint(exclusive, ids)) {
        ids.addAll(exclusive);
        queue.remove();
        group.add(append);
        events += append.size();
      }
    }
    waitingEvents -= events;
    if (group.isEmpty() && !idle.contains(writer)) {
      idle.add(writer);
    }
    return group;
  }
}
