package io.annals.store.cassandra;

import static io.annals.tck.Futures.await;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import io.annals.model.Event;
import io.annals.servers.CassandraServer;
import io.annals.store.Store;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Stores and keyspaces of their own on the {@link CassandraServer} of all tests. */
final class TestCassandra {
  static final Vertx VERTX = Vertx.vertx();
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final JsonObject SECTION = sharedServer();

  private TestCassandra() {}

  /** The configuration of a keyspace that is not there yet. */
  static JsonObject section() {
    return SECTION.copy().put("keyspace", newKeyspace());
  }

  /** A name that nobody else uses. */
  static String newKeyspace() {
    return "it_" + Long.toString(System.nanoTime(), 36) + "_" + NAMES.incrementAndGet();
  }

  static Store open(JsonObject section) {
    return await(new CassandraProvider().open(VERTX, section, new SimpleMeterRegistry()));
  }

  /** A session to the keyspace of a section, as the store has it. */
  static CqlSession session(JsonObject section) {
    CassandraSettings settings = CassandraSettings.of(section);
    return CassandraSession.open(settings, settings.keyspace());
  }

  /** Statements through this session, as the store runs them. */
  static CassandraQueries queries(CqlSession session) {
    return CassandraQueries.on(session, new SimpleMeterRegistry());
  }

  /** What stands in a partition. */
  static List<Event> rows(CqlSession session, CassandraToken token, CassandraBucket bucket) {
    return session
        .execute(
            "SELECT created_at, id, call FROM activity_event WHERE tenant_id = ?"
                + " AND token_id = ? AND level = ? AND start = ?",
            token.tenant().value(),
            token.id(),
            bucket.level().stored(),
            Instant.ofEpochMilli(bucket.startMillis()))
        .all()
        .stream()
        .map(row -> event(token.id(), row))
        .toList();
  }

  /** The event of a row with the columns created_at, id and call. */
  static Event event(UUID token, Row row) {
    return CassandraCall.event(
        token,
        row.getInstant(0).toEpochMilli(),
        CassandraCall.id(row.getBytesUnsafe(1)),
        row.getBytesUnsafe(2));
  }

  private static JsonObject sharedServer() {
    CassandraServer cassandra = CassandraServer.shared();
    return new JsonObject()
        .put("contactPoints", cassandra.contactPoints())
        .put("datacenter", cassandra.datacenter())
        .put("user", cassandra.user())
        .put("password", cassandra.password())
        .put("keyspace", newKeyspace())
        .put("replicationFactor", 1)
        .put("consistency", "LOCAL_QUORUM")
        .put("timeoutMillis", 10_000)
        .put("tls", false)
        .put("tlsHostnameCheck", true);
  }
}
