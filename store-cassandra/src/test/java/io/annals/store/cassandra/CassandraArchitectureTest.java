package io.annals.store.cassandra;

import io.annals.tck.StoreArchitectureTck;

final class CassandraArchitectureTest extends StoreArchitectureTck {
  CassandraArchitectureTest() {
    super(CassandraProvider.class);
  }
}
