package io.annals.tck;

import io.annals.store.KeyStore;

final class MemoryKeyListTest extends KeyListTck {
  private static final KeyStore STORE = Futures.await(new MemoryStore().keys());

  @Override
  protected KeyStore keys() {
    return STORE;
  }
}
