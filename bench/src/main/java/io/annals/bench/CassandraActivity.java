package io.annals.bench;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchStatementBuilder;
import com.datastax.oss.driver.api.core.cql.BatchType;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.data.UdtValue;
import com.datastax.oss.driver.api.core.servererrors.WriteTimeoutException;
import com.datastax.oss.driver.api.core.type.UserDefinedType;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Activity written straight into the table of the Cassandra store. */
final class CassandraActivity {
  private static final int TTL_SECONDS = 91 * 86_400;

  /** Values are made once: the loop shall be as fast as the driver is. */
  private static final int TEMPLATES = 1_000;

  private static final String INSERT =
      """
      INSERT INTO activity_event (tenant_id, token_id, level, start, created_at, id, call)
      VALUES (?, ?, ?, ?, ?, ?, ?) USING TTL ? AND TIMESTAMP ?""";

  private final CqlSession session;
  private final PreparedStatement insert;
  private final List<UdtValue> calls = new ArrayList<>();
  private final UUID tenant = UUID.randomUUID();
  private final AtomicInteger batches = new AtomicInteger();

  CassandraActivity(CqlSession session) {
    this.session = session;
    insert = session.prepare(INSERT);
    UserDefinedType type =
        session
            .getMetadata()
            .getKeyspace("annals")
            .flatMap(keyspace -> keyspace.getUserDefinedType("call"))
            .orElseThrow();
    for (int i = 0; i < TEMPLATES; i++) {
      calls.add(
          type.newValue(
              null,
              ActivityLines.method(i),
              ActivityLines.path(i),
              ActivityLines.status(i),
              ActivityLines.latencyMillis(i),
              ActivityLines.address(i),
              ActivityLines.actor(i)));
    }
  }

  /** So many loops, each of which writes batches of so many rows of one partition. */
  List<Load.Worker> loops(int loops, ActivityLines lines, int rows) {
    List<Load.Worker> workers = new ArrayList<>();
    for (int i = 0; i < loops; i++) {
      workers.add(() -> written(batch(lines, rows)).map(rows));
    }
    return workers;
  }

  /** What Cassandra could not finish in its time is sent again, as Annals does. */
  private Future<?> written(BatchStatement batch) {
    return Future.fromCompletionStage(session.executeAsync(batch))
        .recover(
            failure ->
                failure instanceof WriteTimeoutException
                    ? written(batch).mapEmpty()
                    : Future.failedFuture(failure));
  }

  private BatchStatement batch(ActivityLines lines, int rows) {
    UUID token = lines.token(batches.getAndIncrement() & Integer.MAX_VALUE);
    long now = System.currentTimeMillis();
    Instant second = Instant.ofEpochMilli(now / 1000 * 1000);
    Instant time = Instant.ofEpochMilli(now);
    BatchStatementBuilder batch = BatchStatement.builder(BatchType.UNLOGGED);
    for (int i = 0; i < rows; i++) {
      batch.addStatement(
          insert.bind(
              tenant,
              token,
              (byte) 5,
              second,
              time,
              id(now),
              calls.get(ThreadLocalRandom.current().nextInt(TEMPLATES)),
              TTL_SECONDS,
              now * 1000));
    }
    return batch.setIdempotence(true).build();
  }

  private static ByteBuffer id(long now) {
    return ByteBuffer.allocate(16)
        .putLong(now << 16 | 0x7000)
        .putLong(ThreadLocalRandom.current().nextLong())
        .flip();
  }
}
