package io.annals.store.cassandra;

import io.annals.tck.MigrationsTck;

final class CassandraMigrationsTest extends MigrationsTck {
  CassandraMigrationsTest() {
    super(CassandraProvider.class, "schema");
  }
}
