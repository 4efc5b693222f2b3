package io.annals.tck;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is moved on. */
public final class ManualClock implements InstantSource {
  private final AtomicLong nowMillis;

  /** A clock that shows this epoch millisecond. */
  public ManualClock(long nowMillis) {
    this.nowMillis = new AtomicLong(nowMillis);
  }

  /** Moves it on. */
  public void advance(long millis) {
    nowMillis.addAndGet(millis);
  }

  @Override
  public long millis() {
    return nowMillis.get();
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }
}
