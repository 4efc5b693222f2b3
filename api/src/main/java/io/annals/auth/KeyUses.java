package io.annals.auth;

import io.annals.metrics.Background;
import io.annals.metrics.Bounds;
import io.annals.model.TenantId;
import io.annals.store.KeyStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When tokens were last let in, collected here and written now and then: a call with a key costs no
 * write. Safe to use from any thread.
 */
final class KeyUses {
  private static final Logger LOG = LoggerFactory.getLogger(KeyUses.class);

  /** Some 100 bytes each. What is beyond waits for its token's next use. */
  private static final int TOKENS_MAX = 100_000;

  private record Use(TenantId tenant, long millis) {
    Use later(Use other) {
      return other.millis > millis ? other : this;
    }
  }

  private final KeyStore store;
  private final Background background;
  private final Map<UUID, Use> uses = new ConcurrentHashMap<>();

  KeyUses(KeyStore store, MeterRegistry meters) {
    this.store = store;
    background = new Background(meters, "key_uses");
    Bounds.queue(meters, "key_uses", "tokens", TOKENS_MAX, uses, Map::size);
  }

  /** Notes that this key was let in. */
  void note(KnownKey key, long nowMillis) {
    note(key.secret().token().id(), new Use(key.secret().tenant(), nowMillis));
  }

  private void note(UUID tokenId, Use use) {
    if (uses.size() < TOKENS_MAX || uses.containsKey(tokenId)) {
      uses.merge(tokenId, use, Use::later);
    }
  }

  /** Writes what was noted. What cannot be written is kept for the next time; this never fails. */
  Future<Void> write() {
    Map<TenantId, Map<UUID, Long>> taken = new HashMap<>();
    for (Iterator<UUID> ids = uses.keySet().iterator(); ids.hasNext(); ) {
      UUID tokenId = ids.next();
      Use use = uses.remove(tokenId);
      if (use != null) {
        taken.computeIfAbsent(use.tenant, tenant -> new HashMap<>()).put(tokenId, use.millis);
      }
    }
    return Future.join(
            taken.entrySet().stream().map(of -> write(of.getKey(), of.getValue())).toList())
        .onFailure(
            failure ->
                LOG.warn("when keys were used could not be written: {}", failure.getMessage()))
        .otherwiseEmpty()
        .mapEmpty();
  }

  private Future<Void> write(TenantId tenant, Map<UUID, Long> lastUsedMillis) {
    return background
        .run(() -> store.used(tenant, lastUsedMillis))
        .onFailure(
            failure ->
                lastUsedMillis.forEach(
                    (tokenId, millis) -> note(tokenId, new Use(tenant, millis))));
  }
}
