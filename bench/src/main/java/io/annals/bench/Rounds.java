package io.annals.bench;

import java.util.Arrays;
import java.util.List;

/**
 * Two loads in turn, round by round, so that both see the same machine and the same growing tables.
 *
 * @param count how many rounds, of which the median counts
 * @param seconds how long each of both loads runs in a round
 */
record Rounds(int count, int seconds) {
  /** Until the compilers of all virtual machines are done. */
  private static final int WARM_SECONDS = 15;

  /** Reports the rates of both; ours is to be at least this part of theirs. */
  void compare(
      Report report,
      String what,
      List<? extends Load.Worker> annals,
      List<? extends Load.Worker> driver,
      double target) {
    double[] ours = new double[count];
    double[] theirs = new double[count];
    Load.perSecond(annals, WARM_SECONDS);
    Load.perSecond(driver, WARM_SECONDS);
    for (int i = 0; i < count; i++) {
      ours[i] = Load.perSecond(annals, seconds);
      theirs[i] = Load.perSecond(driver, seconds);
      System.err.printf("  %s: %,.0f beside %,.0f%n", what, ours[i], theirs[i]);
    }
    report.rate(what, median(ours), median(theirs), "events/s", target);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
