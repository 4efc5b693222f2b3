package io.annals.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityStore;
import io.annals.store.AuditStore;
import io.annals.store.KeyStore;
import io.annals.store.Store;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** An open Cassandra: one session for all. */
final class CassandraStore implements Store {
  private static final SimpleStatement CHECK =
      SimpleStatement.newInstance("SELECT version FROM schema_version LIMIT 1");

  private final Vertx vertx;
  private final CqlSession session;
  private final int timeoutMillis;
  private @Nullable CassandraActivityStore activity;
  private @Nullable Future<Void> closed;

  private CassandraStore(Vertx vertx, CqlSession session, int timeoutMillis) {
    this.timeoutMillis = timeoutMillis;
    this.vertx = vertx;
    this.session = session;
  }

  /** Migrates, then connects. */
  static Future<Store> open(Vertx vertx, CassandraSettings settings) {
    return vertx
        .<Store>executeBlocking(
            () -> {
              CassandraSchema.prepare(settings);
              return new CassandraStore(
                  vertx,
                  CassandraSession.open(settings, settings.keyspace()),
                  settings.timeoutMillis());
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
                  new CassandraActivityStore(session, policy, timeoutMillis);
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
    return CassandraActivityStore.answer(new CassandraQueries(session).page(CHECK).mapEmpty());
  }

  @Override
  public synchronized Future<Void> close() {
    if (closed == null) {
      Future<Void> drained = activity == null ? Future.succeededFuture() : activity.close();
      closed =
          CassandraActivityStore.answer(
              drained.transform(done -> Future.fromCompletionStage(session.closeAsync())));
    }
    return closed;
  }
}
