package io.annals.tck;

import io.annals.store.Store;

final class MemoryStoreTest extends AuditStoreTck {
  private static final MemoryStore STORE = new MemoryStore();

  @Override
  protected Store store() {
    return STORE;
  }
}
