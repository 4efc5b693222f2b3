package io.annals.store.postgres;

import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The connections that are read through. They are released when the last reading is done. */
final class PostgresReaders {
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
   * next one only after every answer came: statements have a timeout of their own.
   */
  <T> Future<T> read(Function<SqlConnection, Future<T>> reading) {
    synchronized (this) {
      if (closing) {
        return Future.failedFuture(
            new StoreException(Kind.UNAVAILABLE, "the PostgreSQL store is closed", null));
      }
      underWay++;
    }
    return pool.withConnection(reading)
        .onComplete(done -> finished())
        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .recover(ServerFailures::failed);
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
