package io.annals.store.postgres;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stretches of time that digests are made of. A digest's strips are the stretches of the next finer
 * level; a stretch with few events has none, as reading them is as cheap.
 */
enum PostgresActivityLevel {
  /** A second: no digest is that fine. */
  MINUTE(1, 60, 60, 16_384, null),
  /** Strips are minutes. */
  HOUR(60, 60, 60, 4_096, MINUTE),
  /** Strips are hours. */
  DAY(1_440, 24, 1_440, 1_000, HOUR);

  private final int minutes;
  private final int strips;
  private final int countedMinutes;
  private final int eventsMin;
  private final @Nullable PostgresActivityLevel finer;

  PostgresActivityLevel(
      int minutes,
      int strips,
      int countedMinutes,
      int eventsMin,
      @Nullable PostgresActivityLevel finer) {
    this.minutes = minutes;
    this.strips = strips;
    this.countedMinutes = countedMinutes;
    this.eventsMin = eventsMin;
    this.finer = finer;
  }

  static PostgresActivityLevel ofMinutes(int minutes) {
    return minutes == DAY.minutes ? DAY : minutes == HOUR.minutes ? HOUR : MINUTE;
  }

  short minutes() {
    return (short) minutes;
  }

  /** The width of the stretch whose exact count tells whether a digest holds. */
  short countedMinutes() {
    return (short) countedMinutes;
  }

  /** A stretch of fewer events has no digest. */
  int eventsMin() {
    return eventsMin;
  }

  @Nullable PostgresActivityLevel finer() {
    return finer;
  }

  int strips() {
    return strips;
  }

  long millis() {
    return TimeUnit.MINUTES.toMillis(minutes);
  }

  long stripMillis() {
    return millis() / strips;
  }

  /** Where the stretch that holds this time begins. */
  long start(long atMillis) {
    return PostgresStretches.floor(atMillis, millis());
  }

  /** Where the counted stretch that holds this time begins. */
  long countedStart(long atMillis) {
    return PostgresStretches.floor(atMillis, TimeUnit.MINUTES.toMillis(countedMinutes));
  }
}
