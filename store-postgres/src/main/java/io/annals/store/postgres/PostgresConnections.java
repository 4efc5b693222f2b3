package io.annals.store.postgres;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlConnectionInternal;

/** Ends connections that may not be answered any more. */
final class PostgresConnections {
  private PostgresConnections() {}

  /**
   * Closes the socket; what was asked on it fails. The driver's own way asks PostgreSQL to hang up,
   * after all answers: behind a network that has forgotten the connection, neither comes.
   */
  static void cut(SqlConnection connection) {
    SqlConnectionInternal internal = (SqlConnectionInternal) connection; // every one of Vert.x is
    SocketConnectionBase socket = (SocketConnectionBase) internal.unwrap().unwrap();
    socket.socket().close();
  }
}
