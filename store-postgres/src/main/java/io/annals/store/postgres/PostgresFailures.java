package io.annals.store.postgres;

import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** Sorts the driver's failures into the SPI's kinds, once and here. */
final class PostgresFailures {
  private PostgresFailures() {}

  static <T> Future<T> failed(Throwable failure) {
    return Future.failedFuture(translate(failure));
  }

  /**
   * The same connection. Its loss fails its statements and closes it, which is where it is dealt
   * with; the driver would print a stack trace beside the log if nobody listened.
   */
  static <C extends SqlConnection> C unprinted(C connection) {
    connection.exceptionHandler(loss -> {});
    return connection;
  }

  static StoreException translate(Throwable failure) {
    if (failure instanceof StoreException known) {
      return known;
    }
    return new StoreException(kind(failure), "PostgreSQL: " + failure.getMessage(), failure);
  }

  /** Whether one caller's data may be the reason, so that the others deserve another try. */
  static boolean mayBeOneCallersFault(StoreException failure) {
    return failure.kind() == Kind.INTERNAL;
  }

  private static Kind kind(Throwable failure) {
    if (failure instanceof PgException refused) {
      return kind(refused.getSqlState());
    }
    if (failure instanceof TimeoutException) {
      return Kind.TIMEOUT;
    }
    String message = String.valueOf(failure.getMessage());
    if (message.contains("max wait queue size")) {
      return Kind.OVERLOADED;
    }
    if (message.startsWith("Timeout")) { // waited too long for a pooled connection
      return Kind.TIMEOUT;
    }
    // The driver reports a lost connection as a plain VertxException.
    boolean lost =
        failure instanceof IOException
            || message.contains("onnection")
            || message.contains("closed");
    return lost ? Kind.UNAVAILABLE : Kind.INTERNAL;
  }

  /** By the classes of PostgreSQL's documentation, appendix A. */
  private static Kind kind(String sqlState) {
    return switch (sqlState.substring(0, 2)) {
      case "08", "53", "58" -> Kind.UNAVAILABLE; // connection, resources, system
      case "28", "3D" -> Kind.UNAVAILABLE; // login refused, no such database
      case "40" -> Kind.UNAVAILABLE; // deadlock or serialisation: a retry may pass
      case "55" -> Kind.TIMEOUT; // lock not available
      case "57" -> sqlState.equals("57014") ? Kind.TIMEOUT : Kind.UNAVAILABLE;
      case "25" -> Kind.UNAVAILABLE; // also: read-only after a failover, idle timeout
      default -> Kind.INTERNAL;
    };
  }
}
