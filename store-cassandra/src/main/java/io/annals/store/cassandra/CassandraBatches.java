package io.annals.store.cassandra;

import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchType;
import com.datastax.oss.driver.api.core.cql.BatchableStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Statement;
import io.annals.metrics.Bounds;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: partitions with rows queue here, and whenever a slot is free the next one's rows
 * (up to a bound) go out as one batch, whoever sent them. Without load every row goes out at once;
 * under load batches grow.
 */
final class CassandraBatches {
  static final String INSERT =
      """
      INSERT INTO activity_event
        (tenant_id, token_id, level, start, created_at, id, call)
      VALUES (?, ?, ?, ?, ?, ?, ?) USING TTL ? AND TIMESTAMP ?""";

  /** Beyond this, batches gain little, and one partition holds the others up. */
  private static final int ROWS_MAX = 100;

  private static final int BYTES_MAX = 40_000;

  /** Enough to keep a node busy, few enough for batches to grow when it is. */
  private static final int IN_FLIGHT_MAX = 32;

  /** An entry is not summed up until its end is 60 s past; clocks may differ by almost 20 s. */
  private static final long MAY_BE_OVER_MILLIS = TimeUnit.SECONDS.toMillis(40);

  private static final int RETRY_AFTER_MILLIS = 250;

  private final CassandraQueries queries;
  private final CassandraIndex index;
  private final CassandraMarks marks;
  private final InstantSource clock;
  private final PreparedStatement insert;
  private final CassandraBound bound;
  private final DistributionSummary batchRows;
  private final Counter retries;
  private final Deque<CassandraPartition> waiting = new ArrayDeque<>();
  private int inFlight;

  /** Prepares its statement; blocks. */
  CassandraBatches(
      CassandraQueries queries, CassandraIndex index, InstantSource clock, CassandraBound bound) {
    this.queries = queries.of("append");
    this.index = index;
    this.clock = clock;
    this.bound = bound;
    marks = new CassandraMarks(index::change);
    insert = queries.prepare(INSERT);
    MeterRegistry meters = queries.meters();
    batchRows =
        DistributionSummary.builder("annals.cassandra.batch")
            .baseUnit("rows")
            .description("How many rows are written together")
            .register(meters);
    retries =
        Counter.builder("annals.cassandra.batch.retries")
            .description("Batches that were sent again")
            .register(meters);
    Bounds.pool(
        meters, "cassandra_batches", "batches", IN_FLIGHT_MAX, this, CassandraBatches::inFlight);
  }

  private synchronized int inFlight() {
    return inFlight;
  }

  /** Rows on their way into a partition. */
  record Placed(CassandraPartition partition, CassandraRow row) {}

  /** Queues these rows. */
  void add(List<Placed> rows) {
    synchronized (this) {
      for (Placed placed : rows) {
        if (placed.partition().add(placed.row())) {
          waiting.add(placed.partition());
        }
      }
    }
    send();
  }

  private record Batch(CassandraPartition partition, List<CassandraRow> rows) {}

  /** Fills the free slots; what nobody wants any more takes none. */
  private void send() {
    for (Batch batch = next(); batch != null; batch = next()) {
      List<CassandraRow> wanted = wanted(batch.rows());
      if (wanted.isEmpty()) {
        release(batch.rows());
      } else {
        send(batch, wanted);
      }
    }
  }

  private static List<CassandraRow> wanted(List<CassandraRow> rows) {
    long nowNanos = System.nanoTime();
    List<CassandraRow> wanted = new ArrayList<>(rows.size());
    for (CassandraRow row : rows) {
      if (!row.append.isGivenUp(nowNanos)) {
        wanted.add(row);
      }
    }
    return wanted;
  }

  private synchronized @Nullable Batch next() {
    if (inFlight == IN_FLIGHT_MAX || waiting.isEmpty()) {
      return null;
    }
    CassandraPartition partition = waiting.remove();
    List<CassandraRow> rows = partition.take(ROWS_MAX, BYTES_MAX);
    if (partition.isWaiting()) {
      waiting.add(partition);
    }
    inFlight++;
    return new Batch(partition, rows);
  }

  private void send(Batch batch, List<CassandraRow> wanted) {
    batchRows.record(wanted.size());
    CassandraPartition partition = batch.partition();
    Future<Void> entered =
        partition.entered(() -> index.enter(partition.token(), partition.bucket()));
    written(statement(partition, wanted), wanted)
        .transform((done, failure) -> marked(partition, failure))
        .compose(marked -> entered)
        .onComplete(
            (done, failure) -> {
              answer(wanted, failure);
              release(batch.rows());
              send();
            });
  }

  /** Tries until it is too late for every list: a node that stumbles is no reason to fail them. */
  private Future<Void> written(Statement<?> statement, List<CassandraRow> rows) {
    return queries
        .run(statement)
        .recover(
            failure ->
                CassandraFailures.translate(failure).kind() != Kind.INTERNAL && isWanted(rows)
                    ? pause().compose(paused -> written(statement, rows))
                    : Future.failedFuture(failure));
  }

  private static boolean isWanted(List<CassandraRow> rows) {
    long nowNanos = System.nanoTime();
    return rows.stream().anyMatch(row -> !row.append.isGivenUp(nowNanos));
  }

  private Future<Void> pause() {
    retries.increment();
    return Future.fromCompletionStage(
        CompletableFuture.runAsync(
            () -> {},
            CompletableFuture.delayedExecutor(RETRY_AFTER_MILLIS, TimeUnit.MILLISECONDS)));
  }

  /** What was summed up may lack these rows, also if it is not known whether they were written. */
  private Future<Void> marked(CassandraPartition partition, @Nullable Throwable failure) {
    Future<Void> marked =
        marks.mark(partition.token(), partition.bucket(), clock.millis() - MAY_BE_OVER_MILLIS);
    return failure == null ? marked : marked.transform(done -> Future.failedFuture(failure));
  }

  private Statement<?> statement(CassandraPartition partition, List<CassandraRow> rows) {
    ByteBuffer[] key = partition.key();
    if (rows.size() == 1) {
      return statement(key, rows.get(0));
    }
    List<BatchableStatement<?>> statements = new ArrayList<>(rows.size());
    for (CassandraRow row : rows) {
      statements.add(statement(key, row));
    }
    return BatchStatement.newInstance(BatchType.UNLOGGED, statements);
  }

  private BoundStatement statement(ByteBuffer[] key, CassandraRow row) {
    BoundStatementBuilder builder = insert.boundStatementBuilder();
    ByteBuffer[] values = row.values(key);
    for (int i = 0; i < values.length; i++) {
      builder = builder.setBytesUnsafe(i, values[i]);
    }
    return builder.build();
  }

  private static void answer(List<CassandraRow> rows, @Nullable Throwable failure) {
    if (failure != null) {
      StoreException refused = CassandraFailures.translate(failure);
      rows.forEach(row -> row.append.refuse(refused));
      return;
    }
    for (int from = 0; from < rows.size(); ) {
      CassandraAppend append = rows.get(from).append;
      int to = from + 1;
      while (to < rows.size() && rows.get(to).append == append) {
        to++;
      }
      append.stored(to - from);
      from = to;
    }
  }

  private void release(List<CassandraRow> rows) {
    synchronized (this) {
      inFlight--;
    }
    bound.release(rows);
  }
}
