package io.annals.store.postgres;

import static io.annals.tck.Futures.await;

import io.annals.servers.PostgresServer;
import io.annals.store.Store;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/** One store, and databases of their own, on the {@link PostgresServer} of all tests. */
final class TestDatabase {
  static final Vertx VERTX = Vertx.vertx();
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final JsonObject SECTION = sharedServer();
  private static final Store STORE = open();

  private TestDatabase() {}

  static Store store() {
    return STORE;
  }

  /** The configuration that reaches it, to be changed at will. */
  static JsonObject section() {
    return SECTION.copy();
  }

  /** The settings that reach it. */
  static PostgresSettings settings() {
    return PostgresSettings.of(SECTION);
  }

  /** Another store on the same database, as another server would open it. */
  static Store open() {
    return open(SECTION);
  }

  static Store open(JsonObject section) {
    return await(new PostgresProvider().open(VERTX, section, new SimpleMeterRegistry()));
  }

  /** The configuration of a database that was made for this call and is empty. */
  static JsonObject emptyDatabase() {
    String name =
        "annals_it_" + Long.toString(System.nanoTime(), 36) + "_" + NAMES.incrementAndGet();
    asLogin(settings(), "CREATE DATABASE " + name);
    URI uri = URI.create(SECTION.getString("uri"));
    return section().put("uri", uri.resolve("/" + name).toString());
  }

  /** The settings that reach a database that has the tables, and nothing in them. */
  static PostgresSettings emptyTables() {
    JsonObject section = emptyDatabase();
    await(open(section).close());
    return PostgresSettings.of(section);
  }

  /** Runs statements as the login role, each in a transaction of its own; the last one's rows. */
  static RowSet<Row> asLogin(PostgresSettings settings, String... statements) {
    return run(settings.loginOptions(), statements);
  }

  /** Runs statements with the connection options that the store uses. */
  static RowSet<Row> asApplication(PostgresSettings settings, String... statements) {
    return run(settings.applicationOptions(), statements);
  }

  private static RowSet<Row> run(PgConnectOptions options, String... statements) {
    PgConnection connection = await(PgConnection.connect(VERTX, options));
    try {
      RowSet<Row> rows = null;
      for (String statement : statements) {
        rows = await(connection.query(statement).execute());
      }
      if (rows == null) {
        throw new IllegalArgumentException("no statement");
      }
      return rows;
    } finally {
      await(connection.close());
    }
  }

  /** Waits until this many of the stores' connections to a database wait for a lock. */
  static void awaitLockWaits(PgConnection admin, int connections) {
    for (int attempt = 0; attempt < 400; attempt++) {
      long waiting =
          await(
                  admin
                      .query(
                          """
                          SELECT count(*), pg_sleep(0.02) FROM pg_stat_activity
                          WHERE datname = current_database() AND application_name = 'annals'
                            AND wait_event_type = 'Lock'""")
                      .execute())
              .iterator()
              .next()
              .getLong(0);
      if (waiting >= connections) {
        return;
      }
    }
    throw new AssertionError("nobody waits for the lock");
  }

  private static JsonObject sharedServer() {
    PostgresServer postgres = PostgresServer.shared();
    return new JsonObject()
        .put("uri", postgres.uri())
        .put("user", postgres.user())
        .put("password", postgres.password())
        .put("readers", 4)
        .put("readersWaitingMax", 1000)
        .put("writers", 2)
        .put("writersWaitingEventsMax", 20_000)
        .put("timeoutMillis", 20_000);
  }
}
