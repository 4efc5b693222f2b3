package io.annals.servers;

import io.annals.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The PostgreSQL of the tests. Its user is a superuser: tests make databases and roles.
 *
 * @param uri {@code postgresql://host:port/database}; one given by {@code annals.it.postgres.uri}
 *     may hold credentials and parameters too
 * @param user {@code annals.it.postgres.user} of a given server; null if the URI says it
 * @param password {@code annals.it.postgres.password} of a given server; null if the URI says it
 */
public record PostgresServer(String uri, @Nullable String user, @Nullable String password) {
  private static final PostgresServer SHARED = choose();

  /** The server of this JVM, started by the first call and stopped when the JVM ends. */
  public static PostgresServer shared() {
    return SHARED;
  }

  private static PostgresServer choose() {
    String uri = ServerChoice.property("postgres.uri");
    if (uri != null) {
      return new PostgresServer(
          uri, ServerChoice.property("postgres.user"), ServerChoice.property("postgres.password"));
    }
    return ServerChoice.inContainers() ? container() : embedded();
  }

  private static PostgresServer embedded() {
    EmbeddedPostgres postgres =
        ServerChoice.embedded(
            "postgres", EmbeddedPostgres::start, EmbeddedPostgres::closeImmediately);
    return new PostgresServer(postgres.uri(), postgres.user(), postgres.password());
  }

  /** Testcontainers itself removes the container when the JVM ends. */
  private static PostgresServer container() {
    PostgreSQLContainer postgres = new PostgreSQLContainer("postgres:18");
    postgres.start();
    int port = postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT);
    return new PostgresServer(
        "postgresql://" + postgres.getHost() + ":" + port + "/" + postgres.getDatabaseName(),
        postgres.getUsername(),
        postgres.getPassword());
  }
}
