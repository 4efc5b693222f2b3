package io.annals.bench;

import io.annals.embedded.EmbeddedPostgres;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** One PostgreSQL, durable as in production, and one Annals in front of it. */
final class Lab implements AutoCloseable {
  private final EmbeddedPostgres postgres;
  private final Server server;

  /** Starts both with their data in this directory. */
  Lab(Path directory, Server.Program program) throws IOException, InterruptedException {
    postgres = startPostgres(directory.resolve("postgres"));
    server =
        new Server(
            directory,
            program,
            Map.of(
                "ANNALS_POSTGRES_URI", postgres.uri(),
                "ANNALS_POSTGRES_USER", postgres.user(),
                "ANNALS_POSTGRES_PASSWORD", postgres.password()));
  }

  /** With room for the connections of the bare driver. */
  private static EmbeddedPostgres startPostgres(Path home) throws IOException {
    EmbeddedPostgres.start(home).close();
    Files.writeString(
        home.resolve("pgdata/postgresql.conf"),
        "\nmax_connections = 120\n",
        StandardOpenOption.APPEND);
    return EmbeddedPostgres.start(home);
  }

  Server server() {
    return server;
  }

  /** A bare connection, as superuser, so that row-level security costs it nothing. */
  PgConnection connect(Vertx vertx) {
    return Load.await(
        PgConnection.connect(
            vertx,
            PgConnectOptions.fromUri(postgres.uri())
                .setUser(postgres.user())
                .setPassword(postgres.password())
                .setCachePreparedStatements(true)));
  }

  @Override
  public void close() throws IOException {
    server.close();
    postgres.close();
  }
}
