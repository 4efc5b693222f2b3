package io.annals.http;

import io.annals.model.TenantId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Something bounded that all tenants take from. A tenant may hold as much of it as it leaves free:
 * one alone half, two that want more than there is a third each, and who comes next still finds
 * some (dynamic thresholds; Choudhury and Hahne, IEEE/ACM Transactions on Networking 6, 1998).
 * Whoever comes when nothing is held is let in whatever the amount. Safe to use from any thread.
 */
public final class TenantShares {
  private final long max;
  private final AtomicLong held = new AtomicLong();
  private final Map<TenantId, Long> holders = new ConcurrentHashMap<>();

  /** Shares of so much. */
  public TenantShares(long max) {
    this.max = max;
  }

  /** Takes some for a tenant; false, and nothing is taken, if that is more than its share. */
  public boolean take(TenantId tenant, long amount) {
    long ofAll = held.addAndGet(amount);
    long ofTenant = holders.merge(tenant, amount, Long::sum);
    if (ofTenant <= max - ofAll || ofAll == amount) {
      return true;
    }
    give(tenant, amount);
    return false;
  }

  /** Gives back what a tenant has taken. */
  public void give(TenantId tenant, long amount) {
    holders.computeIfPresent(tenant, (t, had) -> less(had, amount));
    held.addAndGet(-amount);
  }

  private static @Nullable Long less(long had, long by) {
    return had == by ? null : (Long) (had - by);
  }

  /** How much is held by all tenants. */
  public long held() {
    return held.get();
  }
}
