package io.annals.store.cassandra;

import io.annals.metrics.Background;
import io.annals.store.ActivityPolicy;
import io.annals.store.StoreException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has what is over summed up in the background, a little at a time. */
final class CassandraSettler {
  private static final Logger LOG = LoggerFactory.getLogger(CassandraSettler.class);
  private static final int AT_ONCE = 2;
  private static final long LOOK_EVERY_MILLIS = 1_000;

  private final CassandraTables tables;
  private final CassandraSummer summer;
  private final ActivityPolicy policy;
  private final Background background;
  private int underWay;
  private boolean isClosed;
  private boolean isFailing;
  private Promise<Void> idle = Promise.promise();

  /** Begins at once, on this worker. */
  CassandraSettler(
      CassandraTables tables,
      CassandraWorkers worker,
      ActivityPolicy policy,
      Background background) {
    this.tables = tables;
    this.policy = policy;
    this.background = background;
    summer = new CassandraSummer(tables, worker, policy);
    worker.every(LOOK_EVERY_MILLIS, this::start);
  }

  /** Starts what is due, and succeeds when nothing is due or under way any more. */
  synchronized Future<Void> settle() {
    start();
    return underWay == 0 ? Future.succeededFuture() : idle.future();
  }

  /** Begins nothing more, and succeeds when what is under way is done. */
  synchronized Future<Void> close() {
    isClosed = true;
    summer.stop();
    return settle();
  }

  private synchronized void start() {
    while (underWay < AT_ONCE && !isClosed) {
      Optional<CassandraUnsettled.Task> next = tables.unsettled().next();
      if (next.isEmpty()) {
        return;
      }
      underWay++;
      CassandraUnsettled.Task task = next.get();
      run(task).onComplete(again -> succeeded(task, again), failure -> failed(task, failure));
    }
  }

  private synchronized void succeeded(
      CassandraUnsettled.Task task, Optional<CassandraUnsettled.Task> again) {
    isFailing = false;
    ended(task, again);
  }

  private synchronized void failed(CassandraUnsettled.Task task, Throwable failure) {
    if (CassandraFailures.translate(failure).kind() == Kind.INTERNAL) {
      LOG.warn("Summing up {} failed", task, failure);
    } else if (!isFailing) {
      LOG.warn("Summing up is put off: {}", failure.getMessage());
    }
    isFailing = true;
    ended(task, Optional.of(later(task)));
  }

  /** Goes on at once, unless the server may be gone: then when it looks the next time. */
  private synchronized void ended(
      CassandraUnsettled.Task task, Optional<CassandraUnsettled.Task> again) {
    again.ifPresentOrElse(tables.unsettled()::again, () -> tables.unsettled().done(task));
    underWay--;
    if (!isFailing) {
      start();
    }
    if (underWay == 0) {
      Promise<Void> ended = idle;
      idle = Promise.promise();
      ended.complete();
    }
  }

  private CassandraUnsettled.Task later(CassandraUnsettled.Task task) {
    return task.at(policy.clock().millis() + CassandraSummer.QUIET_MILLIS);
  }

  /** Sums up an entry if it is due; if not, says when it is. */
  private Future<Optional<CassandraUnsettled.Task>> run(CassandraUnsettled.Task task) {
    return background.run(
        () ->
            tables
                .index()
                .entry(task.token(), task.bucket(), task.isSpan())
                .compose(
                    found ->
                        found.isPresent()
                            ? run(task, found.get())
                            : Future.succeededFuture(Optional.empty())));
  }

  private Future<Optional<CassandraUnsettled.Task>> run(
      CassandraUnsettled.Task task, CassandraEntry entry) {
    long dueMillis = CassandraSummer.dueMillis(entry);
    if (dueMillis > policy.clock().millis()) {
      return Future.succeededFuture(Optional.of(task.at(dueMillis)));
    }
    return isSettled(task.token(), entry)
        .compose(
            settled ->
                settled
                    ? Future.succeededFuture(Optional.empty())
                    : summer
                        .sumUp(task.token(), entry)
                        .map(sum -> sum.isPresent() ? Optional.empty() : Optional.of(later(task))));
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
