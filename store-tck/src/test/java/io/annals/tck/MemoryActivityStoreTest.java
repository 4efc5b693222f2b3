package io.annals.tck;

import static io.annals.tck.Futures.await;

import io.annals.store.ActivityStore;

final class MemoryActivityStoreTest extends ActivityStoreTck {
  private static final ActivityStore STORE = await(new MemoryStore().activity(POLICY));

  @Override
  protected ActivityStore activity() {
    return STORE;
  }

  @Override
  protected void settle() {}
}
