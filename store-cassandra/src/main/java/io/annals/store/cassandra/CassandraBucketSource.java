package io.annals.store.cassandra;

import io.annals.model.ActivityPosition;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The rows of a bucket below a position, within some times. */
final class CassandraBucketSource implements CassandraSource {
  private final CassandraScan scan;
  private final CassandraToken token;
  private final CassandraBucket bucket;
  private final OptionalLong events;
  private final Queue<CassandraStored> rows = new ArrayDeque<>();
  private CassandraTimes left;
  private ActivityPosition below;

  /**
   * The rows of a bucket.
   *
   * @param events how many there are in the bucket, where that is known
   * @param times not empty, all within the bucket
   */
  CassandraBucketSource(
      CassandraScan scan,
      CassandraToken token,
      CassandraBucket bucket,
      OptionalLong events,
      CassandraTimes times,
      ActivityPosition below) {
    this.scan = scan;
    this.token = token;
    this.bucket = bucket;
    this.events = events;
    this.left = times;
    this.below = times.bound(below);
  }

  @Override
  public ActivityPosition bound() {
    CassandraStored head = rows.peek();
    return head == null ? below : head.position();
  }

  @Override
  public @Nullable CassandraStored head() {
    return rows.peek();
  }

  @Override
  public boolean pass() {
    rows.remove();
    return !rows.isEmpty() || !left.isEmpty();
  }

  @Override
  public CassandraLevel level() {
    return bucket.level();
  }

  @Override
  public long startMillis() {
    return bucket.startMillis();
  }

  /** As if the rows were spread evenly. */
  @Override
  public long rowsExpected() {
    long leftMillis = below.createdAtMillis() - bucket.startMillis();
    return events.isEmpty()
        ? Long.MAX_VALUE
        : events.getAsLong() * leftMillis / bucket.level().widthMillis();
  }

  @Override
  public boolean mayYieldRows() {
    return true;
  }

  @Override
  public Future<List<CassandraSource>> read(int rowsMax) {
    return scan.rows(token, bucket, below, left.newest().fromMillis(), rowsMax)
        .map(
            chunk -> {
              rows.addAll(chunk.matching());
              ActivityPosition end = chunk.end();
              if (end != null) {
                below = end;
              } else {
                left = left.older();
                below = left.bound(below);
              }
              return rows.isEmpty() && left.isEmpty() ? List.of() : List.of(this);
            });
  }
}
