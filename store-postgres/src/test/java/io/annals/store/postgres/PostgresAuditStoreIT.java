package io.annals.store.postgres;

import io.annals.store.Store;
import io.annals.tck.AuditStoreTck;

final class PostgresAuditStoreIT extends AuditStoreTck {
  @Override
  protected Store store() {
    return TestDatabase.store();
  }
}
