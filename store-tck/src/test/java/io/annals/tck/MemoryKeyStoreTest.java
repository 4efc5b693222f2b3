package io.annals.tck;

import io.annals.store.KeyStore;

final class MemoryKeyStoreTest extends KeyStoreTck {
  private static final KeyStore STORE = Futures.await(new MemoryStore().keys());

  @Override
  protected KeyStore keys() {
    return STORE;
  }
}
