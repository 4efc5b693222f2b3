package io.annals.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.loadbalancing.NodeDistance;
import com.datastax.oss.driver.api.core.metadata.NodeState;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityStore;
import io.annals.store.AuditStore;
import io.annals.store.KeyStore;
import io.annals.store.Store;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An open Cassandra: one session for all. */
final class CassandraStore implements Store {
  private static final SimpleStatement CHECK =
      SimpleStatement.newInstance("SELECT version FROM schema_version LIMIT 1");

  private final Vertx vertx;
  private final CqlSession session;
  private final CassandraQueries queries;
  private final int timeoutMillis;
  private @Nullable CassandraActivityStore activity;
  private @Nullable Future<Void> closed;

  private CassandraStore(Vertx vertx, CqlSession session, int timeoutMillis, MeterRegistry meters) {
    this.timeoutMillis = timeoutMillis;
    this.vertx = vertx;
    this.session = session;
    queries = CassandraQueries.on(session, meters);
    for (boolean up : new boolean[] {true, false}) {
      Gauge.builder("annals.cassandra.nodes", () -> nodes(up))
          .tag("state", up ? "up" : "down")
          .description("Nodes of the data centre that is used, as the driver knows them")
          .register(meters);
    }
  }

  private long nodes(boolean up) {
    return session.getMetadata().getNodes().values().stream()
        .filter(node -> node.getDistance() == NodeDistance.LOCAL) // others it does not look at
        .filter(node -> (node.getState() == NodeState.UP) == up)
        .count();
  }

  /** Migrates, then connects. */
  static Future<Store> open(Vertx vertx, CassandraSettings settings, MeterRegistry meters) {
    return vertx
        .<Store>executeBlocking(
            () -> {
              CassandraSchema.prepare(settings);
              return new CassandraStore(
                  vertx,
                  CassandraSession.open(settings, settings.keyspace()),
                  settings.timeoutMillis(),
                  meters);
            })
        .recover(CassandraFailures::failed);
  }

  @Override
  public AuditStore audit() {
    throw new UnsupportedOperationException("the Cassandra store keeps no audit streams");
  }

  @Override
  public Future<ActivityStore> activity(ActivityPolicy policy) {
    return vertx
        .<ActivityStore>executeBlocking(
            () -> {
              CassandraActivityStore opened =
                  new CassandraActivityStore(queries, policy, timeoutMillis);
              synchronized (this) {
                activity = opened;
              }
              return opened;
            })
        .recover(CassandraFailures::failed);
  }

  @Override
  public Future<KeyStore> keys() {
    throw new UnsupportedOperationException("the Cassandra store keeps no keys");
  }

  @Override
  public Future<Void> check() {
    return CassandraActivityStore.answer(queries.page(CHECK).mapEmpty());
  }

  @Override
  public synchronized Future<Void> close() {
    if (closed == null) {
      Future<Void> drained = activity == null ? Future.succeededFuture() : activity.close();
      closed =
          CassandraActivityStore.answer(
              drained
                  .timeout(timeoutMillis, TimeUnit.MILLISECONDS) // nobody waits for it longer
                  .transform(done -> Future.fromCompletionStage(session.closeAsync())));
    }
    return closed;
  }
}
