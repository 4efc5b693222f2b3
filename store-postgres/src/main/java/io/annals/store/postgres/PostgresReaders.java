package io.annals.store.postgres;

import io.annals.model.TenantId;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

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
  private final Promise<Void> drained = Promise.promise();
  private int underWay;
  private boolean closing;

  PostgresReaders(Pool pool, int timeoutMillis) {
    this.pool = pool;
    this.timeoutMillis = timeoutMillis;
  }

  /**
   * Reads through one connection. A reader who is late is told so, but the connection goes to the
   * next one only after every answer came: statements have a timeout of their own. Where even that
   * is not heard of, the connection is cut.
   */
  <T> Future<T> read(Function<SqlConnection, Future<T>> reading) {
    synchronized (this) {
      if (closing) {
        return Future.failedFuture(
            new StoreException(Kind.UNAVAILABLE, "the PostgreSQL store is closed", null));
      }
      underWay++;
    }
    return pool.withConnection(connection -> cutIfSilent(connection, reading.apply(connection)))
        .onComplete(done -> finished())
        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .recover(PostgresFailures::failed);
  }

  private <T> Future<T> cutIfSilent(SqlConnection connection, Future<T> result) {
    result
        .timeout(2L * timeoutMillis, TimeUnit.MILLISECONDS)
        .onFailure(
            failure -> {
              if (!result.isComplete()) {
                PostgresConnections.cut(connection);
              }
            });
    return result;
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
      TenantId tenant, String planCacheMode, Function<SqlConnection, Future<T>> statements) {
    return readSnapshot(READ_FOR, Tuple.of(tenant.toString(), planCacheMode), statements);
  }

  /**
   * The same for a tenant that is found out on the way.
   *
   * @param actFor the statement that sets it
   */
  <T> Future<T> readSnapshot(
      String actFor, Tuple parameters, Function<SqlConnection, Future<T>> statements) {
    return read(
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
