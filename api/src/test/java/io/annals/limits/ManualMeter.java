package io.annals.limits;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/** Time that passes when a test says so. */
final class ManualMeter implements TimeMeter {
  private long nanos = Duration.ofDays(1).toNanos();

  void pass(Duration time) {
    nanos += time.toNanos();
  }

  void passSeconds(long seconds) {
    pass(Duration.ofSeconds(seconds));
  }

  @Override
  public long currentTimeNanos() {
    return nanos;
  }

  @Override
  public boolean isWallClockBased() {
    return false;
  }
}
