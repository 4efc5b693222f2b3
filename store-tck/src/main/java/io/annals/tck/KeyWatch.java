package io.annals.tck;

import io.annals.store.KeyWatcher;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Notes what a watcher is told. */
public final class KeyWatch implements KeyWatcher {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final Set<UUID> changed = new HashSet<>();
  private int missed;
  private long caughtUpNanoTime = System.nanoTime();

  @Override
  public synchronized void changed(UUID tokenId) {
    changed.add(tokenId);
    notifyAll();
  }

  @Override
  public synchronized void missed() {
    missed++;
    notifyAll();
  }

  @Override
  public synchronized void caughtUp(long nanoTime) {
    caughtUpNanoTime = nanoTime;
    notifyAll();
  }

  /** The tokens that changed since the last call. */
  public synchronized Set<UUID> takeChanged() {
    Set<UUID> taken = Set.copyOf(changed);
    changed.clear();
    return taken;
  }

  /** How often changes may have been missed. */
  public synchronized int timesMissed() {
    return missed;
  }

  /** Returns when it was told that this token changed. */
  public void awaitChanged(UUID tokenId) {
    await(() -> changed.contains(tokenId), "change of " + tokenId);
  }

  /** Returns when it was told that changes may have been missed more often than so. */
  public void awaitMissed(int times) {
    await(() -> missed > times, "missed changes");
  }

  /** Returns when all before this time was told. */
  public void awaitCaughtUp(long nanoTime) {
    await(() -> caughtUpNanoTime - nanoTime >= 0, "being caught up");
  }

  private synchronized void await(BooleanSupplier told, String what) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    try {
      while (!told.getAsBoolean()) {
        long leftNanos = end - System.nanoTime();
        if (leftNanos <= 0) {
          throw new AssertionError("never told of " + what);
        }
        TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}
