package io.annals.tck;

import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityStore;
import io.annals.store.AuditStore;
import io.annals.store.KeyStore;
import io.annals.store.Store;
import io.vertx.core.Future;

/**
 * The reference implementation: the SPI's rules in the plainest form, over sorted maps. It defines
 * what other stores must answer and is compared with them; it keeps nothing beyond the process.
 */
public final class MemoryStore implements Store {
  private final MemoryAuditStore audit = new MemoryAuditStore();
  private final MemoryKeyStore keys = new MemoryKeyStore();

  @Override
  public AuditStore audit() {
    return audit;
  }

  @Override
  public Future<ActivityStore> activity(ActivityPolicy policy) {
    return Future.succeededFuture(new MemoryActivityStore(policy));
  }

  @Override
  public Future<KeyStore> keys() {
    return Future.succeededFuture(keys);
  }

  @Override
  public Future<Void> check() {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> close() {
    keys.close();
    return Future.succeededFuture();
  }
}
