package io.annals.store.postgres;

import io.annals.store.AuditStore;
import io.annals.store.Store;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An open PostgreSQL: a pool of readers and a few writers. */
final class PostgresStore implements Store {
  private final Vertx vertx;
  private final PostgresSettings settings;
  private final Pool readers;
  private final PostgresCommitter committer;
  private final PostgresAuditStore audit;
  private final List<String> writers = new ArrayList<>();

  private PostgresStore(Vertx vertx, PostgresSettings settings) {
    this.vertx = vertx;
    this.settings = settings;
    readers =
        PgBuilder.pool()
            .with(settings.poolOptions())
            .connectingTo(settings.applicationOptions())
            .using(vertx)
            .build();
    committer = new PostgresCommitter(settings.writersWaitingEventsMax());
    audit = new PostgresAuditStore(readers, committer, settings.timeoutMillis());
  }

  /** Migrates, then connects the writers. */
  static Future<Store> open(Vertx vertx, PostgresSettings settings) {
    return vertx
        .executeBlocking(
            () -> {
              PostgresMigrations.run(settings);
              return new PostgresStore(vertx, settings);
            })
        .compose(store -> store.deployWriters().map(done -> (Store) store))
        .recover(PostgresFailures::failed);
  }

  private Future<?> deployWriters() {
    List<Future<String>> deployed = new ArrayList<>();
    for (int i = 0; i < settings.writers(); i++) {
      deployed.add(
          vertx.deployVerticle(new PostgresWriter(settings, committer)).onSuccess(writers::add));
    }
    return Future.join(deployed);
  }

  @Override
  public AuditStore audit() {
    return audit;
  }

  @Override
  public Future<Void> check() {
    return readers
        .query("SELECT 1")
        .execute()
        .timeout(settings.timeoutMillis(), TimeUnit.MILLISECONDS)
        .<Void>mapEmpty()
        .recover(PostgresFailures::failed);
  }

  @Override
  public Future<Void> close() {
    List<String> open = List.copyOf(writers);
    writers.clear();
    return Future.join(open.stream().map(vertx::undeploy).toList())
        .transform(done -> readers.close());
  }
}
