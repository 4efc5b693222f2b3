package io.annals.store.postgres;

import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityStore;
import io.annals.store.AuditStore;
import io.annals.store.KeyStore;
import io.annals.store.Store;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An open PostgreSQL: a pool of readers and a few writers. */
final class PostgresStore implements Store {
  /** Whether row-level security binds the connections: a pooler may drop their role. */
  private static final String IS_PROTECTED =
      """
      SELECT current_user, bool_and(row_security_active(stored))
      FROM unnest(ARRAY['annals.credential_audit', 'annals.audit_events', 'annals.audit_log',
                        'annals.audit_total', 'annals.activity', 'annals.activity_account',
                        'annals.activity_total', 'annals.activity_digest',
                        'annals.service_account', 'annals.api_token', 'annals.api_secret',
                        'annals.key_lifecycle']) AS stored""";

  private final Vertx vertx;
  private final PostgresSettings settings;
  private final MeterRegistry meters;
  private final PostgresReaders readers;
  private final PostgresCommitter<PostgresAuditAppend> audits;
  private final PostgresAuditStore audit;
  private final PostgresCommitter<PostgresActivityAppend> calls;
  private @Nullable PostgresActivityUpkeep upkeep;
  private @Nullable Future<String> channel;
  private @Nullable Future<Void> closed;

  private PostgresStore(Vertx vertx, PostgresSettings settings, MeterRegistry meters) {
    this.vertx = vertx;
    this.settings = settings;
    this.meters = meters;
    readers =
        new PostgresReaders(
            PgBuilder.pool()
                .with(settings.poolOptions())
                .with(settings.poolTransport())
                .connectingTo(settings.applicationOptions())
                .using(vertx)
                .build(),
            settings,
            meters);
    audits = new PostgresCommitter<>(PostgresWork.AUDIT_APPEND, settings, meters);
    audit = new PostgresAuditStore(readers, audits);
    calls = new PostgresCommitter<>(PostgresWork.ACTIVITY_APPEND, settings, meters);
  }

  /** Migrates, then connects the writers. */
  static Future<Store> open(Vertx vertx, PostgresSettings settings, MeterRegistry meters) {
    return vertx
        .executeBlocking(
            () -> {
              PostgresMigrations.run(settings);
              return new PostgresStore(vertx, settings, meters);
            })
        .compose(PostgresStore::connect)
        .recover(PostgresFailures::failed);
  }

  private Future<Store> connect() {
    return audits
        .start(vertx, PostgresAuditTransaction::run)
        .compose(connected -> refuseUnprotected())
        .<Store>map(this)
        .recover(failure -> close().transform(done -> Future.failedFuture(failure)));
  }

  private Future<Void> refuseUnprotected() {
    return readers
        .read(PostgresWork.CHECK, connection -> connection.query(IS_PROTECTED).execute())
        .map(rows -> rows.iterator().next())
        .compose(
            row ->
                row.getBoolean(1)
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new StoreException(
                            Kind.UNAVAILABLE,
                            settings
                                + " cannot be used: its connections act as "
                                + row.getString(0)
                                + ", which row-level security does not bind",
                            null)));
  }

  @Override
  public AuditStore audit() {
    return audit;
  }

  @Override
  public Future<ActivityStore> activity(ActivityPolicy policy) {
    PostgresActivityPartitions partitions = new PostgresActivityPartitions(vertx, settings, policy);
    PostgresActivityUpkeep tending =
        new PostgresActivityUpkeep(vertx, settings, policy, partitions, meters);
    PostgresActivityTies ties = new PostgresActivityTies(policy, meters);
    return partitions
        .ready(List.of())
        .compose(ready -> calls.start(vertx, new PostgresActivityTransactions(ties)))
        .<ActivityStore>map(
            connected -> {
              synchronized (this) {
                upkeep = tending;
              }
              tending.start();
              return new PostgresActivityStore(vertx, policy, readers, calls, partitions, tending);
            })
        .recover(PostgresFailures::failed);
  }

  @Override
  public Future<KeyStore> keys() {
    PostgresKeyChannel opened = new PostgresKeyChannel(settings, meters);
    Future<String> deployed = vertx.deployVerticle(opened);
    synchronized (this) {
      channel = deployed;
    }
    return deployed.map(id -> new PostgresKeyStore(readers, opened));
  }

  @Override
  public Future<Void> check() {
    return readers
        .read(PostgresWork.CHECK, connection -> connection.query("SELECT 1").execute())
        .mapEmpty();
  }

  @Override
  public synchronized Future<Void> close() {
    if (closed == null) {
      Future<Void> endOfAudits = audits.close(vertx);
      Future<Void> endOfCalls = calls.close(vertx);
      Future<Void> endOfReading = readers.close();
      Future<Void> endOfUpkeep = upkeep == null ? Future.succeededFuture() : upkeep.close();
      Future<Void> endOfHearing =
          channel == null ? Future.succeededFuture() : channel.compose(vertx::undeploy);
      closed =
          Future.join(endOfAudits, endOfCalls, endOfUpkeep, endOfHearing)
              .transform(done -> endOfReading);
    }
    return closed;
  }
}
