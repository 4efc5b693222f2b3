package io.annals.store.cassandra;

import io.annals.store.ActivityPolicy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has what is over summed up in the background, a little at a time. It learns of it from the writer
 * and from readers; what it forgets, or fails at, readers find again.
 */
final class CassandraSettler implements CassandraUnsettled {
  private static final Logger LOG = LoggerFactory.getLogger(CassandraSettler.class);
  private static final int WAITING_MAX = 50_000;
  private static final int AT_ONCE = 2;
  private static final long LOOK_EVERY_MILLIS = 1_000;

  private record Key(CassandraToken token, CassandraBucket bucket, boolean isSpan) {}

  private record Task(Key key, long dueMillis) {}

  private final CassandraTables tables;
  private final CassandraSummer summer;
  private final ActivityPolicy policy;
  private final PriorityQueue<Task> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Task::dueMillis));
  private final Set<Key> known = new HashSet<>();
  private int underWay;
  private boolean closed;
  private Promise<Void> idle = Promise.promise();

  /** Begins at once, on this worker. */
  CassandraSettler(CassandraTables tables, CassandraWorkers worker, ActivityPolicy policy) {
    this.tables = tables;
    this.policy = policy;
    summer = new CassandraSummer(tables, worker, policy);
    worker.every(LOOK_EVERY_MILLIS, this::start);
  }

  /** Notes that a bucket was entered or changed, and with it the spans above. */
  void changed(CassandraToken token, CassandraBucket bucket) {
    met(token, bucket, false);
    CassandraFloor.spansAbove(bucket).forEach(span -> met(token, span, true));
  }

  @Override
  public synchronized void met(CassandraToken token, CassandraBucket bucket, boolean isSpan) {
    Key key = new Key(token, bucket, isSpan);
    if (!closed && known.size() < WAITING_MAX && known.add(key)) {
      waiting.add(new Task(key, bucket.endMillis() + CassandraSummer.QUIET_MILLIS));
    }
  }

  /** Starts what is due, and succeeds when nothing is due or under way any more. */
  synchronized Future<Void> settle() {
    start();
    return underWay == 0 ? Future.succeededFuture() : idle.future();
  }

  /** Begins nothing more, and succeeds when what is under way is done. */
  synchronized Future<Void> close() {
    closed = true;
    waiting.clear();
    return settle();
  }

  private synchronized void start() {
    while (underWay < AT_ONCE && !waiting.isEmpty() && isDue(waiting.element())) {
      Task task = waiting.remove();
      underWay++;
      run(task).onComplete(done -> ended(task, done.succeeded() ? done.result() : retry(task)));
    }
  }

  private boolean isDue(Task task) {
    return task.dueMillis() <= policy.clock().millis();
  }

  private synchronized void ended(Task task, Optional<Task> again) {
    underWay--;
    if (again.isPresent() && !closed) {
      waiting.add(again.get());
    } else {
      known.remove(task.key());
    }
    start();
    if (underWay == 0) {
      Promise<Void> ended = idle;
      idle = Promise.promise();
      ended.complete();
    }
  }

  private Optional<Task> retry(Task task) {
    return Optional.of(
        new Task(task.key(), policy.clock().millis() + CassandraSummer.QUIET_MILLIS));
  }

  /** Sums up an entry if it is due; if not, says when it is. */
  private Future<Optional<Task>> run(Task task) {
    Key key = task.key();
    return tables
        .index()
        .entry(key.token(), key.bucket(), key.isSpan())
        .compose(
            found -> {
              if (found.isEmpty()) {
                return Future.succeededFuture(Optional.<Task>empty());
              }
              CassandraEntry entry = found.get();
              long dueMillis = CassandraSummer.dueMillis(entry);
              if (dueMillis > policy.clock().millis()) {
                return Future.succeededFuture(Optional.of(new Task(key, dueMillis)));
              }
              return isSettled(key.token(), entry)
                  .compose(
                      settled ->
                          settled ? Future.succeededFuture(Optional.empty()) : sumUp(task, entry));
            })
        .onFailure(failure -> LOG.warn("Summing up {} failed", key, failure));
  }

  private Future<Optional<Task>> sumUp(Task task, CassandraEntry entry) {
    return summer
        .sumUp(task.key().token(), entry)
        .map(settled -> settled.isPresent() ? Optional.empty() : retry(task));
  }

  private Future<Boolean> isSettled(CassandraToken token, CassandraEntry entry) {
    if (entry.events().isEmpty()) {
      return Future.succeededFuture(false);
    }
    return entry.settled().events() < CassandraDigest.EVENTS_MIN
        ? Future.succeededFuture(true)
        : tables.digests().find(token, entry).map(Optional::isPresent);
  }
}
