package io.annals.bench;

import java.util.stream.LongStream;

/** Two kinds of request, timed one by one, in blocks in turn. */
final class Pairs {
  private static final int BLOCKS = 20;
  private static final int BLOCK = 100;

  /** A server that only wrote until now compiles what reads in them. */
  private static final int WARM_BLOCKS = 20;

  private Pairs() {}

  /** The medians of both. */
  static double[] medianMillis(Load.Worker one, Load.Worker other) {
    Load.latencies(one, WARM_BLOCKS * BLOCK);
    Load.latencies(other, WARM_BLOCKS * BLOCK);
    LongStream ours = LongStream.empty();
    LongStream theirs = LongStream.empty();
    for (int i = 0; i < BLOCKS; i++) {
      ours = LongStream.concat(ours, LongStream.of(Load.latencies(one, BLOCK)));
      theirs = LongStream.concat(theirs, LongStream.of(Load.latencies(other, BLOCK)));
    }
    return new double[] {median(ours), median(theirs)};
  }

  private static double median(LongStream nanos) {
    long[] sorted = nanos.sorted().toArray();
    return sorted[sorted.length / 2] / 1e6;
  }
}
