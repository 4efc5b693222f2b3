package io.annals.store.postgres;

import io.annals.metrics.Bounds;
import io.annals.model.TenantId;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The connections that are read through, and by which what is few is changed. They are released
 * when the last caller is done.
 */
final class PostgresReaders {
  /** Lets a tenant's rows through until the transaction ends, and says how to plan. */
  private static final String READ_FOR =
      """
      SELECT set_config('annals.tenant', $1, true), set_config('plan_cache_mode', $2, true)""";

  private static final String BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

  private final Pool pool;
  private final int timeoutMillis;
  private final int silentMillisMax;
  private final Map<PostgresWork, Timer> timers = new EnumMap<>(PostgresWork.class);
  private final Promise<Void> drained = Promise.promise();
  private int underWay;
  private boolean closing;

  PostgresReaders(Pool pool, PostgresSettings settings, MeterRegistry meters) {
    this.pool = pool;
    timeoutMillis = settings.timeoutMillis();
    silentMillisMax = settings.silentMillisMax();
    for (PostgresWork work : PostgresWork.values()) {
      timers.put(work, work.timer(meters));
    }
    int size = settings.readers();
    int waitingMax = settings.readersWaitingMax();
    Bounds.pool(
        meters, "postgres_readers", "connections", size, this, r -> Math.min(r.underWay(), size));
    Bounds.queue(
        meters,
        "postgres_readers_waiting",
        "callers",
        waitingMax,
        this,
        r -> Math.max(r.underWay() - size, 0));
  }

  private synchronized int underWay() {
    return underWay;
  }

  /**
   * Reads through one connection. A reader who is late is told so, but the connection goes to the
   * next one only after every answer came: statements have a timeout of their own, and connections
   * on which even that is not heard of are closed.
   */
  <T> Future<T> read(PostgresWork work, Function<SqlConnection, Future<T>> reading) {
    synchronized (this) {
      if (closing) {
        return Future.failedFuture(
            new StoreException(Kind.UNAVAILABLE, "the PostgreSQL store is closed", null));
      }
      underWay++;
    }
    return timed(
            work,
            () ->
                pool.withConnection(
                    connection ->
                        reading.apply(
                            PostgresConnections.cutWhenSilent(
                                PostgresFailures.unprinted(connection), silentMillisMax))))
        .onComplete(done -> finished())
        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .recover(PostgresFailures::failed);
  }

  /** Does some of the work of a transaction, timed by itself. */
  <T> Future<T> timed(PostgresWork work, Supplier<Future<T>> part) {
    long startNanos = System.nanoTime();
    Timer timer = Objects.requireNonNull(timers.get(work));
    return part.get()
        .onComplete(done -> timer.record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS));
  }

  /**
   * Reads what one tenant may see by statements that share a snapshot. The whole transaction is
   * sent at once; the answers come back in its order. Whatever fails in it, its end was sent too,
   * so the next reader finds the connection outside of a transaction. For the same reason nothing
   * may throw while the statements are sent: parameters are made before.
   *
   * @param planCacheMode how PostgreSQL is to plan them (plan_cache_mode)
   */
  <T> Future<T> readSnapshot(
      PostgresWork work,
      TenantId tenant,
      String planCacheMode,
      Function<SqlConnection, Future<T>> statements) {
    return readSnapshot(work, READ_FOR, Tuple.of(tenant.toString(), planCacheMode), statements);
  }

  /**
   * The same for a tenant that is found out on the way.
   *
   * @param actFor the statement that sets it
   */
  <T> Future<T> readSnapshot(
      PostgresWork work,
      String actFor,
      Tuple parameters,
      Function<SqlConnection, Future<T>> statements) {
    return read(
        work,
        connection -> {
          Future<?> begun = connection.query(BEGIN_READ).execute();
          Future<?> acting = connection.preparedQuery(actFor).execute(parameters);
          Future<T> result = statements.apply(connection);
          Future<?> ended = connection.query("COMMIT").execute();
          return Future.join(List.of(begun, acting, result, ended)).map(done -> result.result());
        });
  }

  /** Changes what one tenant has, in a transaction: all of it, or nothing if any of it fails. */
  <T> Future<T> change(TenantId tenant, Function<SqlConnection, Future<T>> work) {
    Tuple actFor = Tuple.of(tenant.toString());
    return read(
        PostgresWork.KEY_CHANGE,
        connection -> {
          Future<?> begun = connection.query("BEGIN").execute();
          Future<?> acting = connection.preparedQuery(PostgresAuditStore.ACT_FOR).execute(actFor);
          return Future.join(begun, acting)
              .compose(ready -> work.apply(connection))
              .compose(
                  result -> connection.query("COMMIT").execute().map(result),
                  failure ->
                      connection
                          .query("ROLLBACK")
                          .execute()
                          .transform(undone -> Future.failedFuture(failure)));
        });
  }

  /** Takes no further readers, waits for those that are there, and releases the connections. */
  Future<Void> close() {
    synchronized (this) {
      closing = true;
      if (underWay == 0) {
        drained.tryComplete();
      }
    }
    return drained
        .future()
        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .transform(done -> pool.close());
  }

  private synchronized void finished() {
    underWay--;
    if (closing && underWay == 0) {
      drained.tryComplete();
    }
  }
}
