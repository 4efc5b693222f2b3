package io.annals.store.postgres;

import io.annals.store.StoreException;
import io.vertx.pgclient.PgConnectOptions;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Brings the schema up to date. Flyway's lock lets one of several servers do it. */
final class PostgresMigrations {
  private PostgresMigrations() {}

  /** Blocks until the schema is current. */
  static void run(PostgresSettings settings) {
    try {
      configuration(settings).load().migrate();
    } catch (FlywayException e) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE, settings + " cannot be prepared: " + reason(e), e);
    }
  }

  static FluentConfiguration configuration(PostgresSettings settings) {
    PgConnectOptions login = settings.loginOptions();
    return Flyway.configure(PostgresMigrations.class.getClassLoader())
        .dataSource(jdbcUrl(login), login.getUser(), login.getPassword())
        .locations("classpath:io/annals/store/postgres/migrations")
        .schemas("annals")
        .createSchemas(true)
        .connectRetries(0);
  }

  private static String jdbcUrl(PgConnectOptions login) {
    return "jdbc:postgresql://%s:%d/%s?sslmode=%s&ApplicationName=annals-migrations"
            .formatted(
                login.getHost(), login.getPort(), login.getDatabase(), login.getSslMode().value)
        + (PostgresTls.isVerified(login.getSslMode()) ? PostgresTls.JDBC_TRUST : "");
  }

  /** Flyway's messages are paragraphs; the root cause says it in a line. */
  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse("unknown");
  }
}
