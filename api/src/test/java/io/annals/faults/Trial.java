package io.annals.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.e2e.Stream;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** One fault on a site that is in use, and what is readable afterwards. */
final class Trial {
  private static final int CALM_MILLIS = Extent.of(800, 700);

  /** Counting may be this late. */
  private static final int TOTAL_MILLIS_MAX = 5_000;

  private final Site site;
  private final Fault fault;
  private long recoveryMillis;
  private final LongAdder lost = new LongAdder();
  private final LongAdder twice = new LongAdder();
  private final LongAdder wrong = new LongAdder();

  Trial(Site site, Fault fault) {
    this.site = site;
    this.fault = fault;
  }

  Row run() throws Exception {
    Load load = new Load(site, fault.crew().get());
    try {
      load.awaitStart();
      load.run(CALM_MILLIS);
      for (int i = 0; i < fault.times(); i++) {
        fault.strike().on(site, load);
        recoveryMillis = Math.max(recoveryMillis, load.awaitProgress(fault.recoveryMillisMax()));
        load.run(CALM_MILLIS);
      }
    } finally {
      load.end();
    }
    site.assertSound();
    return row(load);
  }

  private Row row(Load load) {
    Tally tally = load.tally();
    long sent = tally.sent.sum();
    long refused = tally.refused.sum();
    long unanswered = tally.unanswered.sum();
    Map<Sender, Long> settled = load.ledger().copy();
    Load.STREAMS.parallelStream().forEach(stream -> judge(load, stream, settled));
    return new Row(
        fault,
        sent,
        settled.entrySet().stream().mapToLong(e -> e.getKey().storable(0, e.getValue())).sum(),
        refused,
        unanswered,
        lost.sum() + load.skipped(),
        twice.sum() + load.repeated(),
        wrong.sum(),
        recoveryMillis,
        load.ledger().longestGapMillis(),
        tally.storedMillis99());
  }

  private void judge(Load load, Stream stream, Map<Sender, Long> settled) {
    try (Visitor visitor = load.visitor(0)) {
      Walk walk = walk(visitor, stream);
      long startNanos = System.nanoTime();
      while (walk.total() != null && !Objects.equals(walk.total(), walk.listed())) {
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos))
            .as("%s lists %s events and counts %s", stream, walk.listed(), walk.total())
            .isLessThan(TOTAL_MILLIS_MAX);
        walk = walk(visitor, stream);
      }
      lost.add(walk.missing(settled));
      twice.add(walk.twice());
      wrong.add(settled.keySet().stream().mapToLong(walk::spoilt).sum());
    }
  }

  private static Walk walk(Visitor visitor, Stream stream) {
    Walk walk = new Walk(visitor, stream);
    long endNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (walk.next()) {
      assertThat(System.nanoTime()).as("%s can be read", stream).isLessThan(endNanos);
    }
    return walk;
  }
}
