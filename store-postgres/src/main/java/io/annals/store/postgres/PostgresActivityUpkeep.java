package io.annals.store.postgres;

import io.annals.metrics.Background;
import io.annals.store.ActivityPolicy;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be done from time to time, by one of the servers on the database: partitions are made
 * ahead and dropped, what is derived from events that are gone is removed, and digests are made.
 */
final class PostgresActivityUpkeep {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresActivityUpkeep.class);
  private static final long INTERVAL_MILLIS = TimeUnit.SECONDS.toMillis(20);

  /** Held by the connection that does it. */
  private static final String TAKE_TURN =
      "SELECT pg_try_advisory_lock(hashtext('annals.activity_upkeep'))";

  private static final List<String> FORGET =
      List.of(
          "DELETE FROM annals.activity_digest WHERE start < $1::bigint",
          "DELETE FROM annals.activity_total WHERE start < $1::bigint",
          """
          DELETE FROM annals.activity_account AS tie
          WHERE tied_at < $1::bigint AND NOT EXISTS (
            SELECT FROM annals.activity_total AS cell
            WHERE cell.tenant_id = tie.tenant_id AND cell.token_id = tie.token_id)""");

  private final Vertx vertx;
  private final PostgresSettings settings;
  private final ActivityPolicy policy;
  private final PostgresActivityPartitions partitions;
  private final PostgresActivityDigester digester;
  private final Background background;
  private long forgottenUntilMillis = Long.MIN_VALUE;
  private long timer = -1;
  private volatile boolean closed;
  private Future<Void> last = Future.succeededFuture();

  PostgresActivityUpkeep(
      Vertx vertx,
      PostgresSettings settings,
      ActivityPolicy policy,
      PostgresActivityPartitions partitions,
      MeterRegistry meters) {
    this.vertx = vertx;
    this.settings = settings;
    this.policy = policy;
    this.partitions = partitions;
    background = new Background(meters, "activity_upkeep");
    digester =
        new PostgresActivityDigester(
            vertx, policy, () -> closed, new Background(meters, "activity_digest"));
  }

  /** Works now and then until it is closed. */
  synchronized void start() {
    timer =
        vertx.setPeriodic(
            INTERVAL_MILLIS,
            tick -> {
              if (isIdle()) {
                run().onFailure(this::report);
              }
            });
  }

  private void report(Throwable failure) {
    if (!closed) {
      LOG.warn("the upkeep of activity is put off: {}", failure.toString());
    }
  }

  private synchronized boolean isIdle() {
    return last.isComplete();
  }

  /** Does what there is to do, after what is being done; nothing if another server does it. */
  synchronized Future<Void> run() {
    if (closed) {
      return Future.succeededFuture();
    }
    Promise<Void> done = Promise.promise();
    Future<Void> before = last;
    last = done.future();
    before.onComplete(
        ended ->
            background
                .run(() -> PostgresActivityPartitions.withLogin(vertx, settings, this::takeTurn))
                .onComplete(done));
    return last;
  }

  private Future<Void> takeTurn(PgConnection login) {
    return login
        .query(TAKE_TURN)
        .execute()
        .compose(
            rows -> rows.iterator().next().getBoolean(0) ? work(login) : Future.succeededFuture());
  }

  private Future<Void> work(PgConnection login) {
    return partitions
        .cover(login)
        .compose(covered -> partitions.drop(login))
        .compose(dropped -> forget(login))
        .compose(forgotten -> digester.run(login));
  }

  /** Once a day of the clock. */
  private Future<Void> forget(PgConnection login) {
    long horizonMillis = policy.horizonMillis();
    if (horizonMillis == forgottenUntilMillis) {
      return Future.succeededFuture();
    }
    Future<?> forgetting = Future.succeededFuture();
    for (String statement : FORGET) {
      forgetting =
          forgetting.compose(
              before -> login.preparedQuery(statement).execute(Tuple.of(horizonMillis)));
    }
    return forgetting.onSuccess(done -> forgottenUntilMillis = horizonMillis).mapEmpty();
  }

  /** Starts nothing further; succeeds when what is being done is over. */
  synchronized Future<Void> close() {
    closed = true;
    vertx.cancelTimer(timer);
    return last.transform(ended -> Future.succeededFuture());
  }
}
