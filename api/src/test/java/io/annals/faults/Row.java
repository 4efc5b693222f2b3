package io.annals.faults;

import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.util.List;

/**
 * What a fault came to.
 *
 * @param sent requests, of writers and readers
 * @param acknowledged events
 * @param refused requests that were answered 429 or 503
 * @param unanswered requests that were cut off
 * @param lost acknowledged events that are not listed, or that a reader passed over
 * @param twice events that were listed twice on one way through a list
 * @param wrong events that are listed though their sender was told that they are refused
 * @param recoveryMillis how long after the fault all writers were served again, at worst
 * @param gapMillis the longest that none of a stream's writers was acknowledged
 * @param storedMillis99 what 99 of 100 acknowledged writes took at most
 */
record Row(
    Fault fault,
    long sent,
    long acknowledged,
    long refused,
    long unanswered,
    long lost,
    long twice,
    long wrong,
    long recoveryMillis,
    long gapMillis,
    long storedMillis99) {
  static final List<String> HEAD =
      List.of(
          "fault",
          "requests",
          "events acknowledged",
          "lost",
          "twice",
          "refused",
          "cut off",
          "back after",
          "gap",
          "p99");

  List<String> cells() {
    return List.of(
        fault.name() + (fault.times() > 1 ? ", " + fault.times() + " times" : ""),
        Long.toString(sent),
        Long.toString(acknowledged),
        Long.toString(lost),
        Long.toString(twice),
        Long.toString(refused),
        Long.toString(unanswered),
        recoveryMillis + " ms",
        gapMillis + " ms",
        storedMillis99 + " ms");
  }

  /** Fails if an event was lost, stored twice or wrongly, or if some were served too late. */
  void check() {
    assertSoftly(
        all -> {
          all.assertThat(acknowledged).as("acknowledged").isPositive();
          all.assertThat(lost).as("lost").isZero();
          all.assertThat(twice).as("twice").isZero();
          all.assertThat(wrong).as("stored though refused").isZero();
          all.assertThat(recoveryMillis).as("ms").isLessThan(fault.recoveryMillisMax());
        });
  }
}
