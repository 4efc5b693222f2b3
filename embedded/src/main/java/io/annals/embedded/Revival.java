package io.annals.embedded;

import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a server again that died, whoever killed it: at once, then, as long as it does not stay,
 * at ever longer intervals.
 */
final class Revival {
  private static final Logger LOG = LoggerFactory.getLogger(Revival.class);
  private static final long LOOK_MILLIS = 200;
  private static final long PAUSE_MILLIS_MAX = 30_000;

  /** A server that lived for so long has got over what it died of before. */
  private static final Duration STABLE = Duration.ofMinutes(1);

  private final EmbeddedPostgres server;
  private final Thread thread = new Thread(this::watch, "annals-revival");

  /** Looks after a running server from now on. */
  Revival(EmbeddedPostgres server) {
    this.server = server;
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    long pauseMillis = 0;
    long bornNanos = System.nanoTime();
    while (sleep(LOOK_MILLIS)) {
      if (server.isRunning()) {
        continue;
      }
      boolean wasStable = System.nanoTime() - bornNanos > STABLE.toNanos();
      pauseMillis = wasStable ? 0 : Math.min(PAUSE_MILLIS_MAX, 2 * pauseMillis + LOOK_MILLIS);
      LOG.warn("PostgreSQL died; starting it again in {} ms", pauseMillis);
      if (sleep(pauseMillis)) {
        revive();
        bornNanos = System.nanoTime();
      }
    }
  }

  private void revive() {
    try {
      server.restart();
    } catch (IOException e) {
      LOG.error("PostgreSQL cannot be started again: {}", e.getMessage());
    }
  }

  /** False if this is to end. */
  private static boolean sleep(long millis) {
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Ends, unless it is starting the server: then afterwards. */
  void end() {
    thread.interrupt();
  }
}
