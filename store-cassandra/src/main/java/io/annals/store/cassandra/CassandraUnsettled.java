package io.annals.store.cassandra;

import io.annals.metrics.Bounds;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What is to be summed up, or given a digest, once it is over: the buckets and spans that this
 * server changed, and those that its readers found to be without.
 *
 * <p>What ends much later only takes up room, and is left to readers, as is what there is no room
 * for.
 */
final class CassandraUnsettled {
  private static final int ENTRIES_MAX = 50_000;
  private static final long AHEAD_MILLIS = TimeUnit.HOURS.toMillis(1);

  /**
   * A bucket or span to be summed up.
   *
   * @param dueMillis the epoch millisecond from which on it may be worth trying
   */
  record Task(CassandraToken token, CassandraBucket bucket, boolean isSpan, long dueMillis) {
    Task at(long millis) {
      return new Task(token, bucket, isSpan, millis);
    }

    private Key key() {
      return new Key(token, bucket, isSpan);
    }
  }

  private record Key(CassandraToken token, CassandraBucket bucket, boolean isSpan) {}

  private final InstantSource clock;
  private final PriorityQueue<Task> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Task::dueMillis));
  private final Set<Key> known = new HashSet<>();

  CassandraUnsettled(InstantSource clock, MeterRegistry meters) {
    this.clock = clock;
    Bounds.queue(
        meters, "cassandra_unsettled", "entries", ENTRIES_MAX, this, CassandraUnsettled::size);
  }

  private synchronized int size() {
    return known.size();
  }

  /** Notes a bucket or span. */
  synchronized void met(CassandraToken token, CassandraBucket bucket, boolean isSpan) {
    if (bucket.endMillis() > clock.millis() + AHEAD_MILLIS) {
      return;
    }
    if (known.size() < ENTRIES_MAX && known.add(new Key(token, bucket, isSpan))) {
      long dueMillis = bucket.endMillis() + CassandraSummer.QUIET_MILLIS;
      waiting.add(new Task(token, bucket, isSpan, dueMillis));
    }
  }

  /** Hands out a task that is due; it stays known until it is {@link #done}. */
  synchronized Optional<Task> next() {
    return waiting.isEmpty() || waiting.element().dueMillis() > clock.millis()
        ? Optional.empty()
        : Optional.of(waiting.remove());
  }

  /** Takes a task back, for later. */
  synchronized void again(Task task) {
    waiting.add(task);
  }

  /** Forgets a task. */
  synchronized void done(Task task) {
    known.remove(task.key());
  }
}
