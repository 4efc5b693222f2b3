package io.annals.store.postgres;

import io.annals.metrics.Background;
import io.annals.model.TenantId;
import io.annals.store.ActivityPolicy;
import io.annals.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes digests of stretches that are over. It looks for due cells of all tenants as the owner of
 * the tables, then reads and writes as the role that row-level security binds, tenant by tenant.
 *
 * <p>A digest notes how many events it was made of, read in any number of snapshots: rows are only
 * ever added, so as long as the stretch counts as many, they are the same. When more come after
 * all, the cell is due again.
 */
final class PostgresActivityDigester {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresActivityDigester.class);

  /** Events may be on their way for so long after the end of a stretch. */
  private static final long GRACE_MILLIS = TimeUnit.MINUTES.toMillis(1);

  private static final int STRETCHES_MAX = 1_000;
  private static final long WORK_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

  /** Hours, which their days are made of, come first. */
  private static final String DUE =
      """
      SELECT tenant_id, token_id, minutes, start FROM annals.activity_total
      WHERE due AND start + minutes * 60000::bigint <= $1::bigint
      GROUP BY start + minutes * 60000::bigint, 1, 2, 3, 4
      ORDER BY start + minutes * 60000::bigint, minutes LIMIT %d"""
          .formatted(STRETCHES_MAX);

  private static final String CELLS =
      """
      SELECT slot, events FROM annals.activity_total
      WHERE tenant_id = $1::uuid AND token_id = $2::uuid
        AND minutes = $3::smallint AND start = $4::bigint""";

  /** The cells are dealt with, unless they have grown since they were read. */
  private static final String DEALT_WITH =
      """
      UPDATE annals.activity_total AS cell SET due = false
      FROM unnest($5::smallint[], $6::bigint[]) AS seen (slot, events)
      WHERE tenant_id = $1::uuid AND token_id = $2::uuid
        AND minutes = $3::smallint AND start = $4::bigint
        AND cell.slot = seen.slot AND cell.events = seen.events""";

  private final Vertx vertx;
  private final ActivityPolicy policy;
  private final BooleanSupplier isStopped;
  private final Background background;

  /** What was due at the last look, and how many events it had. */
  private Map<PostgresActivityStretch, Long> before = new HashMap<>();

  PostgresActivityDigester(
      Vertx vertx, ActivityPolicy policy, BooleanSupplier isStopped, Background background) {
    this.vertx = vertx;
    this.policy = policy;
    this.isStopped = isStopped;
    this.background = background;
  }

  /** Makes what digests are due and quiet, for a limited time. */
  Future<Void> run(PgConnection login) {
    long end = System.nanoTime() + WORK_NANOS_MAX;
    Map<PostgresActivityStretch, Long> quiet = before;
    before = new HashMap<>();
    return login
        .preparedQuery(DUE)
        .execute(Tuple.of(policy.clock().millis() - GRACE_MILLIS))
        .compose(
            rows -> {
              Deque<PostgresActivityStretch> due = new ArrayDeque<>();
              rows.forEach(row -> due.add(stretch(row)));
              return oneByOne(login, due, quiet, end);
            });
  }

  private static PostgresActivityStretch stretch(Row row) {
    return new PostgresActivityStretch(
        new TenantId(row.getUUID(0)),
        row.getUUID(1),
        PostgresActivityLevel.ofMinutes(row.getShort(2)),
        row.getLong(3));
  }

  private Future<Void> oneByOne(
      PgConnection login,
      Deque<PostgresActivityStretch> due,
      Map<PostgresActivityStretch, Long> quiet,
      long end) {
    PostgresActivityStretch next = due.poll();
    if (next == null || isStopped.getAsBoolean() || System.nanoTime() - end > 0) {
      return Future.succeededFuture();
    }
    return background
        .run(() -> dealWith(login, next, quiet.getOrDefault(next, -1L)))
        .recover(PostgresActivityDigester::passOver)
        .compose(done -> oneByOne(login, due, quiet, end));
  }

  /** One stretch's trouble is not that of the others, unless it is the database's. */
  private static Future<Void> passOver(Throwable failure) {
    StoreException known = PostgresFailures.translate(failure);
    if (known.kind() != StoreException.Kind.INTERNAL) {
      return Future.failedFuture(known);
    }
    LOG.warn("a digest of activity could not be made", failure);
    return Future.succeededFuture();
  }

  private Future<Void> dealWith(
      PgConnection login, PostgresActivityStretch stretch, long eventsBefore) {
    return stretch
        .query(login, CELLS, stretch.key())
        .compose(
            rows -> {
              List<Short> slots = new ArrayList<>();
              List<Long> events = new ArrayList<>();
              for (Row row : rows) {
                slots.add(row.getShort(0));
                events.add(row.getLong(1));
              }
              long total = events.stream().mapToLong(Long::longValue).sum();
              Tuple seen = stretch.key();
              seen.addValue(slots.toArray(Short[]::new)).addValue(events.toArray(Long[]::new));
              if (total < stretch.level().eventsMin()) {
                return stretch.query(login, DEALT_WITH, seen).mapEmpty();
              }
              if (total != eventsBefore) { // still growing, perhaps: look again next time
                before.put(stretch, total);
                return Future.succeededFuture();
              }
              return new PostgresActivityDigest(vertx, login, stretch, isStopped)
                  .make(total)
                  .compose(
                      made ->
                          made == total
                              ? stretch.query(login, DEALT_WITH, seen).mapEmpty()
                              : Future.succeededFuture());
            });
  }
}
