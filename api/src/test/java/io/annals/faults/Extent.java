package io.annals.faults;

/**
 * How thorough the suite is: with {@code -Dannals.it.faults=full} as a release has it, otherwise as
 * long as every build can wait for.
 */
final class Extent {
  private static final boolean FULL = "full".equals(System.getProperty("annals.it.faults"));

  private Extent() {}

  static int of(int full, int brief) {
    return FULL ? full : brief;
  }
}
