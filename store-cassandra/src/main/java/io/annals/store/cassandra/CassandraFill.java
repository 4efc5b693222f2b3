package io.annals.store.cassandra;

/** What one writer put into a bucket. */
class CassandraFill {
  /** Rows of fewer bytes count as much: with 10,000 rows a bucket is full, whatever they hold. */
  static final int ROW_BYTES_MIN = 320;

  /** A writer's share of a partition: five of them keep it under 50,000 rows and 16 MiB. */
  static final long BYTES_MAX = 10_000 * ROW_BYTES_MIN;

  /** A bucket is opened as wide as it will be four fifths full: rates are never quite steady. */
  private static final long BYTES_AIM = BYTES_MAX / 5 * 4;

  /** Over less than this, a few rows that came together look like many. */
  private static final long SPAN_MILLIS_MIN = 1_000;

  private final CassandraBucket bucket;
  private boolean split;
  private long bytes;
  private long firstMillis = Long.MAX_VALUE;
  private long lastMillis = Long.MIN_VALUE;

  CassandraFill(CassandraBucket bucket) {
    this.bucket = bucket;
  }

  CassandraBucket bucket() {
    return bucket;
  }

  /** Whether further rows belong into a finer bucket. */
  boolean isFull() {
    return split || bytes >= BYTES_MAX;
  }

  /** Somebody opened a finer bucket inside: so it is full, or too wide for what comes now. */
  void split() {
    split = true;
  }

  /** Rows of this size were put in, all of about this time. */
  void add(long createdAtMillis, long rowBytes) {
    bytes += rowBytes;
    firstMillis = Math.min(firstMillis, createdAtMillis);
    lastMillis = Math.max(lastMillis, createdAtMillis);
  }

  /** How far this time is from the rows, or from the bucket as long as nobody knows of rows. */
  long distanceMillis(long epochMillis) {
    long first = bytes == 0 ? bucket.startMillis() : firstMillis;
    long last = bytes == 0 ? bucket.endMillis() : lastMillis;
    return Math.max(0, Math.max(first - epochMillis, epochMillis - last));
  }

  /** The coarsest level whose bucket of this time would not be full, were rows as dense as here. */
  CassandraLevel levelFor(long epochMillis) {
    if (bytes == 0) {
      return bucket.level();
    }
    long spanMillis =
        Math.max(
            SPAN_MILLIS_MIN,
            Math.max(lastMillis, epochMillis) - Math.min(firstMillis, epochMillis));
    for (CassandraLevel level : CassandraLevel.values()) {
      if ((double) bytes / spanMillis * level.widthMillis() <= BYTES_AIM) {
        return level;
      }
    }
    return CassandraLevel.SECOND;
  }
}
