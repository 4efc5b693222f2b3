package io.annals.store.cassandra;

import static io.annals.tck.Futures.await;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.annals.model.ActivityStream;
import io.annals.model.Event;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** Puts events into the buckets that a test wants them in, as any server might have done. */
final class TestLayout {
  private final CqlSession session;
  private final CassandraIndex index;
  private final PreparedStatement insert;
  private final PreparedStatement own;

  TestLayout(CqlSession session, CassandraIndex index) {
    this.session = session;
    this.index = index;
    insert =
        session.prepare(
            """
            INSERT INTO activity_event
              (tenant_id, token_id, level, start, created_at, id, call)
            VALUES (?, ?, ?, ?, ?, ?, ?)""");
    own =
        session.prepare(
            """
            INSERT INTO activity_account (tenant_id, service_account_id, token_id)
            VALUES (?, ?, ?)""");
  }

  /** Stores each event in the bucket of this level that covers it; marks them as late ones. */
  void put(CassandraToken token, CassandraLevel level, List<Event> events) {
    List<CassandraBucket> buckets =
        events.stream()
            .map(event -> CassandraBucket.covering(level, event.createdAtMillis()))
            .distinct()
            .toList();
    await(CassandraLanes.sum(buckets, 64, each -> index.enter(token, each).map(0L)));
    write(token, level, events);
    await(CassandraLanes.sum(buckets, 64, each -> index.enter(token, each).map(0L)));
  }

  private void write(CassandraToken token, CassandraLevel level, List<Event> events) {
    List<Future<AsyncResultSet>> writes = new ArrayList<>();
    for (Event event : events) {
      CompletionStage<AsyncResultSet> write =
          session.executeAsync(
              insert
                  .bind(
                      token.tenant().value(),
                      token.id(),
                      level.stored(),
                      Instant.ofEpochMilli(level.startOf(event.createdAtMillis())),
                      Instant.ofEpochMilli(event.createdAtMillis()),
                      CassandraCall.bytes(event.id()),
                      null)
                  .setBytesUnsafe(6, CassandraCall.bytes(event)));
      writes.add(Future.fromCompletionStage(write));
      if (writes.size() == 500) {
        await(Future.all(writes));
        writes.clear();
      }
    }
    await(Future.all(writes));
  }

  void own(CassandraToken token, UUID account) {
    session.execute(own.bind(token.tenant().value(), account, token.id()));
  }

  /** The token of these events. */
  static UUID tokenOf(List<Event> events) {
    return ActivityStream.tokenOf(events.get(0));
  }
}
