package io.annals.store.cassandra;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What the layout makes of a mixed population, without a database: tokens whose rates follow a Zipf
 * law from one call a week to 20,000 a second, for 90 days, through three writers whose clocks
 * differ, one call in a hundred arriving late (by an hour on average).
 *
 * <p>A token with more calls than the number of steps is placed in runs of rows of one time; where
 * a run would be longer than {@link #RUN_ROWS_MAX}, ten stretches of the 90 days are simulated
 * instead of the whole, and between them the writers see a pause.
 */
final class CassandraLayoutSimulation {
  private static final long DAY_MILLIS = 86_400_000;
  private static final long START_MILLIS = 20_454 * DAY_MILLIS; // 2026-01-01
  private static final long DAYS = 90;
  private static final double FASTEST_PER_SECOND = 20_000;
  private static final double SLOWEST_PER_SECOND = 1.0 / (7 * 86_400);
  private static final int RUN_ROWS_MAX = 50;
  private static final int STRETCHES = 10;
  private static final int WRITERS = 3;
  private static final long SKEW_MILLIS_MAX = 10_000;
  private static final double LATE_SHARE = 0.01;
  private static final double LATE_MILLIS_MEAN = 3_600_000;
  private static final int ROW_BYTES = 230;
  private static final int PAGE = 50;
  private static final int PAGES_OF_A_TOKEN = 40;

  /** What came out; sizes and costs sorted. */
  record Outcome(
      List<Long> partitionRows, List<Long> floorRows, List<Long> pagePartitions, long events) {
    /** How much the given share of these is at most. */
    static long quantile(List<Long> sorted, double share) {
      return sorted.get((int) Math.min(sorted.size() - 1, Math.round(share * sorted.size())));
    }
  }

  private final Random random;
  private final int tokens;
  private final int stepsMax;
  private final List<Long> partitionRows = new ArrayList<>();
  private final List<Long> floorRows = new ArrayList<>();
  private final List<Long> pagePartitions = new ArrayList<>();
  private long events;

  CassandraLayoutSimulation(int tokens, int stepsMax, long seed) {
    this.tokens = tokens;
    this.stepsMax = stepsMax;
    random = new Random(seed);
  }

  Outcome run() {
    double exponent = Math.log(FASTEST_PER_SECOND / SLOWEST_PER_SECOND) / Math.log(tokens);
    for (int rank = 1; rank <= tokens; rank++) {
      new Token(FASTEST_PER_SECOND * Math.pow(rank, -exponent)).run();
    }
    return new Outcome(sorted(partitionRows), sorted(floorRows), sorted(pagePartitions), events);
  }

  private static List<Long> sorted(List<Long> values) {
    return values.stream().sorted().toList();
  }

  /** One token: its index, its writers, and what came into its partitions. */
  private final class Token {
    private final double perMilli;
    private final Map<CassandraBucket, Long> rows = new HashMap<>();
    private final Map<CassandraFloor, Map<CassandraEntry, Boolean>> index = new HashMap<>();
    private final List<CassandraLayout<CassandraFill>> writers = new ArrayList<>();
    private final long[] skews = new long[WRITERS];
    private final List<long[]> runs = new ArrayList<>();

    Token(double perSecond) {
      perMilli = perSecond / 1000;
      for (int i = 0; i < WRITERS; i++) {
        writers.add(new CassandraLayout<>(CassandraFill::new));
        skews[i] = random.nextLong(-SKEW_MILLIS_MAX, SKEW_MILLIS_MAX);
      }
    }

    void run() {
      double total = perMilli * DAYS * DAY_MILLIS;
      int run = (int) Math.min(RUN_ROWS_MAX, Math.max(1, total / stepsMax));
      long spanMillis = DAYS * DAY_MILLIS;
      long stretchMillis = (long) Math.min((double) spanMillis, stepsMax * (double) run / perMilli);
      int stretches = stretchMillis == spanMillis ? 1 : STRETCHES;
      for (int i = 0; i < stretches; i++) {
        long from = START_MILLIS + spanMillis * i / stretches;
        stretch(from, from + stretchMillis / stretches, run);
      }
      rows.values().forEach(partitionRows::add);
      index.values().forEach(floor -> floorRows.add((long) floor.size()));
      pages();
    }

    private void stretch(long from, long to, int run) {
      double millis = from;
      while (true) {
        double rhythm = 1 + 0.5 * Math.sin(millis / DAY_MILLIS * 2 * Math.PI);
        millis += -Math.log(1 - random.nextDouble()) * run / (perMilli * rhythm);
        if (millis >= to) {
          return;
        }
        long created = (long) millis;
        if (random.nextDouble() < LATE_SHARE) {
          created += (long) (Math.log(1 - random.nextDouble()) * LATE_MILLIS_MEAN);
        }
        write(Math.max(created, from), (long) millis, run);
      }
    }

    private void write(long created, long now, int run) {
      int who = random.nextInt(WRITERS);
      CassandraLayout<CassandraFill> writer = writers.get(who);
      long clock = now + skews[who];
      long readSince = CassandraTokenRows.readSinceMillis(created, clock);
      CassandraFloor missing = writer.missing(created, readSince);
      while (missing != null) {
        writer.learn(missing, List.copyOf(index.getOrDefault(missing, Map.of()).keySet()), clock);
        missing = writer.missing(created, readSince);
      }
      int rowBytes = Math.max(ROW_BYTES, CassandraFill.ROW_BYTES_MIN);
      CassandraBucket bucket = writer.place(created, (long) run * rowBytes).bucket();
      if (rows.merge(bucket, (long) run, Long::sum) == run) {
        enter(bucket, false);
        CassandraFloor.spansAbove(bucket).forEach(span -> enter(span, true));
      }
      events += run;
      runs.add(new long[] {created, run});
    }

    private void enter(CassandraBucket bucket, boolean isSpan) {
      CassandraEntry entry =
          new CassandraEntry(bucket, isSpan, CassandraEntry.NO_CHANGE, CassandraEntry.Sum.NONE);
      index.computeIfAbsent(CassandraFloor.of(bucket), f -> new HashMap<>()).put(entry, true);
    }

    /** Pages below random events: how many partitions lie between the first row and the last. */
    private void pages() {
      runs.sort((a, b) -> Long.compare(a[0], b[0]));
      CassandraBucket[] buckets = rows.keySet().toArray(CassandraBucket[]::new);
      int pages = Math.min(PAGES_OF_A_TOKEN, runs.size());
      for (int i = 0; i < pages; i++) {
        int newest = random.nextInt(runs.size());
        int oldest = newest;
        for (long found = runs.get(newest)[1]; found < PAGE && oldest > 0; oldest--) {
          found += runs.get(oldest - 1)[1];
        }
        long from = runs.get(oldest)[0];
        long to = runs.get(newest)[0];
        pagePartitions.add(
            Arrays.stream(buckets)
                .filter(bucket -> bucket.startMillis() <= to && bucket.endMillis() > from)
                .count());
      }
    }
  }

  /** Prints the table of docs/scale.md. */
  public static void main(String[] args) {
    long begin = System.nanoTime();
    Outcome outcome = new CassandraLayoutSimulation(10_000, 100_000, 1).run();
    System.out.println("| | median | 99 % | 99.9 % | most |");
    System.out.println("|---|---|---|---|---|");
    print("rows of a partition", outcome.partitionRows());
    print("entries of an index partition", outcome.floorRows());
    print("partitions that a page of 50 opens", outcome.pagePartitions());
    System.out.printf(
        "%n%,d events in %,d partitions, %,d entries; %d s%n",
        outcome.events(),
        outcome.partitionRows().size(),
        outcome.floorRows().stream().mapToLong(Long::longValue).sum(),
        (System.nanoTime() - begin) / 1_000_000_000);
  }

  private static void print(String what, List<Long> sorted) {
    System.out.printf(
        "| %s | %,d | %,d | %,d | %,d |%n",
        what,
        Outcome.quantile(sorted, 0.5),
        Outcome.quantile(sorted, 0.99),
        Outcome.quantile(sorted, 0.999),
        Outcome.quantile(sorted, 1));
  }
}
