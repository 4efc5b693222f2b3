package io.annals.store;

import java.util.UUID;

/**
 * Who remembers keys hears through this that they changed. Calls may come from any thread, and must
 * not block.
 */
public interface KeyWatcher {
  /** What is remembered of this token no longer holds. */
  void changed(UUID tokenId);

  /** Changes may have been missed: nothing that is remembered can be relied on. */
  void missed();

  /**
   * Every change that was committed before this time, by any server, has been told. It comes
   * several times a second, as long as the database can be heard.
   *
   * @param nanoTime of {@link System#nanoTime()}
   */
  void caughtUp(long nanoTime);
}
