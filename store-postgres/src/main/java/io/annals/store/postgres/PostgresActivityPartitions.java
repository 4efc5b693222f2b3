package io.annals.store.postgres;

import io.annals.model.NewActivity;
import io.annals.store.ActivityPolicy;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that every event that may be stored has a partition. They are made ahead by the
 * upkeep; where the clock ran away, or another server's did, the missing ones are made before
 * events are inserted.
 */
final class PostgresActivityPartitions {
  /** So many partitions hold the retention; few, as each takes part in planning and locking. */
  private static final int PARTITIONS_IN_RETENTION = 13;

  private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

  /** No clock is so far ahead that partitions should be made for it. */
  private static final long AHEAD_MILLIS_MAX = 400 * DAY_MILLIS;

  private static final String COVER =
      "SELECT annals.cover_activity($1::bigint, $2::bigint, $3::bigint)";

  /** First what is half detached: only one partition at a time can be. */
  private static final String EXPIRED =
      "SELECT name, detach FROM annals.expired_activity($1::bigint) ORDER BY detach DESC, name";

  /**
   * A session that planned a statement just before may go on with the partition in its plan: it
   * would wait behind whoever waits to have the partition alone.
   */
  private static final String HARDLY_WAIT = "SET lock_timeout = '100ms'";

  private static final String DETACH = "ALTER TABLE annals.activity DETACH PARTITION %s %s";
  private static final String DROP = "DROP TABLE %s";

  /** SQLSTATE check_violation: also that a partitioned table has no place for a row. */
  private static final String NO_PARTITION = "23514";

  /** SQLSTATE lock_not_available. */
  private static final String IN_USE = "55P03";

  private record Covered(long firstMillis, long pastMillis) {
    boolean contains(Covered other) {
      return firstMillis <= other.firstMillis && pastMillis >= other.pastMillis;
    }
  }

  private final Vertx vertx;
  private final PostgresSettings settings;
  private final ActivityPolicy policy;
  private final long widthMillis;
  private volatile Covered covered = new Covered(0, 0);
  private @Nullable Future<Void> covering;

  PostgresActivityPartitions(Vertx vertx, PostgresSettings settings, ActivityPolicy policy) {
    this.vertx = vertx;
    this.settings = settings;
    this.policy = policy;
    widthMillis =
        DAY_MILLIS * (1 + (policy.retentionDays() - 1) / PARTITIONS_IN_RETENTION); // rounded up
  }

  /** Makes partitions from the horizon to one width ahead of the clock. */
  Future<Void> cover(PgConnection login) {
    return cover(login, needed(List.of()));
  }

  /**
   * Drops the partitions that are beyond the horizon; hardly anybody waits for that. Where a
   * transaction from before goes on, the rest is left for the next time.
   */
  Future<Void> drop(PgConnection login) {
    return login
        .query(HARDLY_WAIT)
        .execute()
        .compose(set -> login.preparedQuery(EXPIRED).execute(Tuple.of(policy.horizonMillis())))
        .compose(expired -> drop(login, expired))
        .recover(
            failure ->
                failure instanceof PgException refused && IN_USE.equals(refused.getSqlState())
                    ? done()
                    : Future.failedFuture(failure))
        .eventually(() -> login.query("RESET lock_timeout").execute());
  }

  private static Future<Void> drop(PgConnection login, RowSet<Row> expired) {
    Future<Void> dropping = done();
    for (Row row : expired) {
      dropping = dropping.compose(before -> drop(login, row.getString(0), row.getString(1)));
    }
    return dropping;
  }

  private static Future<Void> drop(PgConnection login, String name, @Nullable String detach) {
    Future<?> detached =
        detach == null ? done() : login.query(DETACH.formatted(name, detach)).execute();
    return detached.compose(alone -> login.query(DROP.formatted(name)).execute()).mapEmpty();
  }

  /** Succeeds when these events have their partitions: at once but for rare exceptions. */
  Future<Void> ready(List<NewActivity> events) {
    Covered needed = needed(events);
    if (covered.contains(needed)) {
      return Future.succeededFuture();
    }
    if (needed.pastMillis() > policy.clock().millis() + AHEAD_MILLIS_MAX) {
      return Future.failedFuture(
          new StoreException(Kind.INTERNAL, "activity of more than a year ahead", null));
    }
    return afterOthers(login -> covered.contains(needed) ? done() : cover(login, needed));
  }

  /** Whether an insert failed because another server dropped or never made the partition. */
  static boolean isMissing(Throwable failure) {
    return failure.getCause() instanceof PgException refused
        && NO_PARTITION.equals(refused.getSqlState());
  }

  /** Looks again what there is. */
  Future<Void> refresh(List<NewActivity> events) {
    Covered needed = needed(events);
    return afterOthers(login -> cover(login, needed));
  }

  /** One at a time: of many callers that wait for a partition, one makes it. */
  private synchronized Future<Void> afterOthers(Function<PgConnection, Future<Void>> making) {
    Future<Void> before = covering == null ? done() : covering;
    Future<Void> next =
        before.transform(
            ended ->
                withLogin(vertx, settings, making)
                    .timeout(settings.timeoutMillis(), TimeUnit.MILLISECONDS)
                    .recover(PostgresFailures::failed));
    covering = next;
    return next;
  }

  /** Acts as the owner of the tables, through a connection of its own. */
  static Future<Void> withLogin(
      Vertx vertx, PostgresSettings settings, Function<PgConnection, Future<Void>> work) {
    Pool pool =
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(1))
            .with(settings.upkeepTransport())
            .connectingTo(settings.upkeepOptions())
            .using(vertx)
            .build();
    return pool.withConnection(
            login -> work.apply(PgConnection.cast(PostgresFailures.unprinted(login))))
        .eventually(pool::close)
        .recover(PostgresFailures::failed);
  }

  private Covered needed(List<NewActivity> events) {
    long first = policy.horizonMillis();
    long past = policy.clock().millis() + 1;
    for (NewActivity activity : events) {
      long createdAt = activity.event().createdAtMillis();
      first = Math.min(first, createdAt);
      past = Math.max(past, createdAt + 1);
    }
    return new Covered(first, past);
  }

  private Future<Void> cover(PgConnection login, Covered needed) {
    Covered ahead = new Covered(needed.firstMillis(), needed.pastMillis() + widthMillis);
    return login
        .preparedQuery(COVER)
        .execute(Tuple.of(ahead.firstMillis(), ahead.pastMillis(), widthMillis))
        .onSuccess(made -> covered = ahead)
        .mapEmpty();
  }

  private static Future<Void> done() {
    return Future.succeededFuture();
  }
}
