package io.annals.store.postgres;

import io.annals.tck.MigrationsTck;

final class PostgresMigrationsTest extends MigrationsTck {
  PostgresMigrationsTest() {
    super(PostgresProvider.class, "migrations");
  }
}
