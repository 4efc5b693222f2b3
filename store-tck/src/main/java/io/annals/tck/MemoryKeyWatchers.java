package io.annals.tck;

import io.annals.store.KeyWatcher;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Who hears of changes. There are no other servers, so everything has been told at any time. */
final class MemoryKeyWatchers {
  private static final long INTERVAL_MILLIS = 100;

  private final List<KeyWatcher> watchers = new CopyOnWriteArrayList<>();
  private @Nullable Timer timer;

  synchronized void add(KeyWatcher watcher) {
    watchers.add(watcher);
    if (timer == null) {
      timer = new Timer("memory-key-watchers", true);
      timer.schedule(
          new TimerTask() {
            @Override
            public void run() {
              tellTime();
            }
          },
          0,
          INTERVAL_MILLIS);
    }
  }

  void changed(UUID tokenId) {
    watchers.forEach(watcher -> watcher.changed(tokenId));
  }

  private void tellTime() {
    long nanoTime = System.nanoTime();
    watchers.forEach(watcher -> watcher.caughtUp(nanoTime));
  }

  synchronized void close() {
    watchers.clear();
    if (timer != null) {
      timer.cancel();
    }
  }
}
