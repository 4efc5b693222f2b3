package io.annals.store.postgres;

import java.util.ArrayList;
import java.util.List;

/**
 * Stretches of time that tile a range. They form levels, each a multiple as wide as the one below
 * and aligned to its width, so that any range is covered by a few of them.
 */
final class PostgresStretches {
  /**
   * Neighbouring stretches of one level.
   *
   * @param level the index of their width
   * @param first where the first begins
   * @param past where the last ends
   */
  record Run(int level, long first, long past) {}

  private PostgresStretches() {}

  /**
   * Covers the times from first to before past with the widest stretches that fit.
   *
   * @param widths ascending, each divides the next; both ends are multiples of the first
   */
  static List<Run> cover(long[] widths, long first, long past) {
    List<Run> runs = new ArrayList<>();
    long low = first;
    long high = past;
    int widest = widths.length - 1;
    for (int level = 0; level < widest && low < high; level++) {
      long lowUp = -floor(-low, widths[level + 1]);
      long highDown = floor(high, widths[level + 1]);
      if (lowUp >= highDown) {
        runs.add(new Run(level, low, high));
        return runs;
      }
      runs.add(new Run(level, low, lowUp));
      runs.add(new Run(level, highDown, high));
      low = lowUp;
      high = highDown;
    }
    if (low < high) {
      runs.add(new Run(widest, low, high));
    }
    return runs;
  }

  /** The greatest multiple of the width that is not above. */
  static long floor(long time, long width) {
    return Math.floorDiv(time, width) * width;
  }
}
