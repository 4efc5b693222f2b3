package io.annals.store.postgres;

import io.annals.store.StoreException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.pgclient.PgConnection;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A writer: one connection on one event loop, one group at a time. Its slot in the totals is its
 * own as long as the connection lives (an advisory lock), so writers never wait for each other
 * there.
 *
 * @param <A> the lists that it writes
 */
final class PostgresWriter<A extends PostgresAppend<?, ?>> extends VerticleBase {
  /** Takes the first free slot. Function scans are filtered row by row, so it locks just one. */
  private static final String TAKE_SLOT =
      """
      SELECT slot FROM generate_series(0, 1023) AS slot
      WHERE pg_try_advisory_lock(hashtext('annals.audit_total'), slot) LIMIT 1""";

  /** How a group is written. */
  @FunctionalInterface
  interface Transaction<A> {
    /**
     * Runs one transaction, and answers those whose fate it decides; the others are tried again.
     */
    Future<Void> run(PgConnection connection, int slot, List<A> group);
  }

  private record Session(PgConnection connection, int slot) {}

  private final PostgresSettings settings;
  private final PostgresCommitter<A> committer;
  private final Transaction<A> transaction;
  private @Nullable Session session;
  private boolean busy;
  private boolean stopping;
  private final Promise<Void> stopped = Promise.promise();

  PostgresWriter(
      PostgresSettings settings, PostgresCommitter<A> committer, Transaction<A> transaction) {
    this.settings = settings;
    this.committer = committer;
    this.transaction = transaction;
  }

  @Override
  public Future<?> start() {
    return connected().onSuccess(ready -> work());
  }

  /** Finishes what is queued first. */
  @Override
  public Future<?> stop() {
    stopping = true;
    wake();
    return stopped
        .future()
        .compose(v -> session == null ? Future.succeededFuture() : session.connection().close());
  }

  /** Looks for work, if idle; may be called from any thread. */
  void wake() {
    Context own = context;
    own.runOnContext(v -> work());
  }

  private void work() {
    if (busy) {
      return; // it looks again when the group under way is done
    }
    if (session == null && committer.isAwaited()) {
      busy = true;
      connected().onSuccess(ready -> lookAgain()).onFailure(this::refuseNext);
      return;
    }
    List<A> group = committer.take(this);
    if (!group.isEmpty()) {
      busy = true;
      commit(group).onComplete(done -> lookAgain());
    } else if (stopping) {
      stopped.tryComplete();
    }
  }

  private void lookAgain() {
    busy = false;
    work();
  }

  /** While it was connecting, lists were waiting for any writer: so they wait only once. */
  private void refuseNext(Throwable failure) {
    StoreException refusal = PostgresFailures.translate(failure);
    committer.take(this).forEach(append -> append.refuse(refusal));
    lookAgain();
  }

  /** Succeeds always: every caller of the group has its answer then. */
  private Future<Void> commit(List<A> group) {
    return connected()
        .compose(
            open ->
                transaction
                    .run(open.connection(), open.slot(), group)
                    .timeout(settings.timeoutMillis(), TimeUnit.MILLISECONDS))
        .compose(
            refused -> {
              // The transaction was given up for the sake of those that it answered.
              List<A> rest = group.stream().filter(a -> !a.isAnswered()).toList();
              return rest.isEmpty() ? Future.succeededFuture() : commit(rest);
            },
            failure -> giveUp(group, PostgresFailures.translate(failure)));
  }

  private Future<Void> giveUp(List<A> group, StoreException failure) {
    disconnect();
    if (group.size() == 1 || !PostgresFailures.mayBeOneCallersFault(failure)) {
      group.forEach(append -> append.refuse(failure));
      return Future.succeededFuture();
    }
    Deque<A> left = new ArrayDeque<>(group);
    return oneByOne(left);
  }

  /** As far as the time goes: each may take as long as a statement may. */
  private Future<Void> oneByOne(Deque<A> left) {
    A next = left.poll();
    if (next == null) {
      return Future.succeededFuture();
    }
    if (next.waitedMillis() > 2L * settings.timeoutMillis()) {
      next.refuse(PostgresCommitter.tooLate());
      return oneByOne(left);
    }
    return commit(List.of(next)).compose(done -> oneByOne(left));
  }

  private Future<Session> connected() {
    Session open = session;
    if (open != null) {
      return Future.succeededFuture(open);
    }
    Future<Session> opening =
        PgConnection.connect(vertx, settings.applicationOptions())
            .compose(PostgresWriter::takeSlot);
    return opening
        .timeout(settings.timeoutMillis(), TimeUnit.MILLISECONDS)
        .onFailure(failure -> opening.onSuccess(late -> late.connection().close()))
        .onSuccess(
            ready -> {
              session = ready;
              ready.connection().closeHandler(v -> forget(ready));
            });
  }

  private static Future<Session> takeSlot(PgConnection connection) {
    return connection
        .query(TAKE_SLOT)
        .execute()
        .map(rows -> new Session(connection, rows.iterator().next().getInteger(0)))
        .onFailure(failure -> connection.close());
  }

  /** After a failure nothing is known of the connection's state: the next group gets a new one. */
  private void disconnect() {
    Session open = session;
    if (open != null) {
      forget(open);
      PostgresConnections.cut(open.connection());
    }
  }

  private void forget(Session closed) {
    if (closed.equals(session)) {
      session = null;
    }
  }
}
