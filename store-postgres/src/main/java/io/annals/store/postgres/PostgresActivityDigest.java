package io.annals.store.postgres;

import io.annals.model.ActivityPosition;
import io.annals.model.Event;
import io.annals.search.Digest;
import io.annals.search.SearchedFields;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The digest of one stretch in the making: of the digests of its hours where it is a day and they
 * hold, else of its rows, a chunk at a time.
 *
 * <p>A busy hour gets digests of its busy minutes on the way. They are stored with a count that no
 * hour has, and get the hour's at the end: so they hold together or not at all.
 */
final class PostgresActivityDigest {
  private static final int CHUNK_EVENTS = 5_000;
  private static final long NOT_YET = -1;

  /** Which of the hours from $3 to before $4 have a digest that holds. */
  private static final String HOURS =
      """
      SELECT digest.start FROM annals.activity_digest AS digest
      WHERE tenant_id = $1::uuid AND token_id = $2::uuid AND minutes = 60
        AND start >= $3::bigint AND start < $4::bigint
        AND events = (SELECT sum(events) FROM annals.activity_total AS cell
                      WHERE cell.tenant_id = $1::uuid AND cell.token_id = $2::uuid
                        AND cell.minutes = 60 AND cell.start = digest.start)""";

  private static final String STORE =
      """
      INSERT INTO annals.activity_digest (tenant_id, token_id, minutes, start, events, digest)
      VALUES ($1::uuid, $2::uuid, $3::smallint, $4::bigint, $5::bigint, $6::bytea)
      ON CONFLICT (tenant_id, token_id, minutes, start)
      DO UPDATE SET events = excluded.events, digest = excluded.digest""";

  private static final String STORE_MINUTES =
      """
      UPDATE annals.activity_digest SET events = $5::bigint
      WHERE tenant_id = $1::uuid AND token_id = $2::uuid AND minutes = 1
        AND start >= $3::bigint AND start < $4::bigint AND events = %d"""
          .formatted(NOT_YET);

  private final Vertx vertx;
  private final PgConnection login;
  private final PostgresActivityStretch stretch;
  private final BooleanSupplier isStopped;
  private final Digest.Builder builder = new Digest.Builder();
  private long events;

  PostgresActivityDigest(
      Vertx vertx, PgConnection login, PostgresActivityStretch stretch, BooleanSupplier isStopped) {
    this.isStopped = isStopped;
    this.vertx = vertx;
    this.login = login;
    this.stretch = stretch;
  }

  /** Makes and stores it, about so large; how many events it was made of. */
  Future<Long> make(long expected) {
    Future<Void> collected =
        switch (stretch.level()) {
          case DAY -> addHours();
          case HOUR ->
              expected < PostgresActivityLevel.MINUTE.eventsMin() ? addAllRows() : addMinutes();
          case MINUTE -> addAllRows();
        };
    return collected.compose(done -> store(events)).map(stored -> events);
  }

  private Future<Void> addAllRows() {
    return addRows(stretch.startMillis(), stretch.pastMillis());
  }

  private Future<Void> addHours() {
    Tuple parameters =
        Tuple.of(
            stretch.tenant().value(), stretch.token(), stretch.startMillis(), stretch.pastMillis());
    return stretch
        .query(login, HOURS, parameters)
        .compose(
            rows -> {
              Set<Integer> digested = new HashSet<>();
              rows.forEach(row -> digested.add(stretch.strip(row.getLong(0))));
              return addHours(digested, 0);
            });
  }

  /** The hours from this one on; runs of hours without a digest are read by row at once. */
  private Future<Void> addHours(Set<Integer> digested, int hour) {
    int hours = stretch.level().strips();
    if (hour == hours) {
      return Future.succeededFuture();
    }
    if (digested.contains(hour)) {
      return addHour(hour).compose(added -> addHours(digested, hour + 1));
    }
    int next = hour + 1;
    while (next < hours && !digested.contains(next)) {
      next++;
    }
    int past = next;
    return addRows(stretch.stripStart(hour), stretch.stripStart(past))
        .compose(added -> addHours(digested, past));
  }

  private Future<Void> addHour(int hour) {
    PostgresActivityStretch child = stretch.finer(PostgresActivityLevel.HOUR, hour);
    return child
        .query(login, PostgresActivityStretch.DIGEST, child.digestParameters())
        .compose(
            rows -> {
              Row row = rows.iterator().next();
              Buffer digest = row.getBuffer(1);
              if (digest == null) { // more has come meanwhile
                return addRows(child.startMillis(), child.pastMillis());
              }
              events += row.getLong(0);
              return inWorker(() -> builder.addAll(hour, Digest.decode(digest.getBytes())));
            });
  }

  private Future<Void> addMinutes() {
    Future<Void> added = Future.succeededFuture();
    for (int strip = 0; strip < stretch.level().strips(); strip++) {
      int minute = strip;
      added = added.compose(before -> addMinute(minute));
    }
    Tuple parameters =
        Tuple.of(
            stretch.tenant().value(), stretch.token(), stretch.startMillis(), stretch.pastMillis());
    return added
        .compose(all -> stretch.query(login, STORE_MINUTES, parameters.addLong(events)))
        .mapEmpty();
  }

  private Future<Void> addMinute(int minute) {
    PostgresActivityDigest child =
        new PostgresActivityDigest(
            vertx, login, stretch.finer(PostgresActivityLevel.MINUTE, minute), isStopped);
    return child
        .addAllRows()
        .compose(
            read -> {
              events += child.events;
              return inWorker(() -> builder.addAll(minute, child.builder.build()));
            })
        .compose(
            added ->
                child.events < PostgresActivityLevel.MINUTE.eventsMin()
                    ? Future.succeededFuture()
                    : child.store(NOT_YET));
  }

  private Future<Void> addRows(long firstMillis, long pastMillis) {
    return addRows(ActivityPosition.before(pastMillis), firstMillis);
  }

  private Future<Void> addRows(ActivityPosition below, long firstMillis) {
    if (isStopped.getAsBoolean()) {
      return Future.failedFuture(
          new StoreException(Kind.UNAVAILABLE, "the PostgreSQL store is closed", null));
    }
    Tuple parameters =
        Tuple.of(
            stretch.tenant().value(),
            stretch.token(),
            below.createdAtMillis(),
            below.id(),
            below.tokenId());
    parameters.addLong(firstMillis).addLong((long) CHUNK_EVENTS).addLong(0L);
    return stretch
        .query(login, PostgresActivityPage.OF_TOKEN, parameters)
        .compose(
            rows ->
                vertx
                    .executeBlocking(() -> add(rows), false)
                    .compose(
                        lowest ->
                            rows.size() < CHUNK_EVENTS || lowest == null
                                ? Future.succeededFuture()
                                : addRows(lowest, firstMillis)));
  }

  /** Adds these events; the position of the last. */
  private @Nullable ActivityPosition add(RowSet<Row> rows) {
    Event last = null;
    for (Row row : rows) {
      last = PostgresActivityTransactions.COLUMNS.event(row);
      SearchedFields.addTo(builder, stretch.strip(last.createdAtMillis()), last);
    }
    events += rows.size();
    return last == null ? null : ActivityPosition.of(last);
  }

  private Future<Void> store(long events) {
    return vertx
        .executeBlocking(() -> Buffer.buffer(builder.build().encode()), false)
        .compose(
            digest -> stretch.query(login, STORE, stretch.key().addLong(events).addBuffer(digest)))
        .mapEmpty();
  }

  private Future<Void> inWorker(Runnable work) {
    return vertx.executeBlocking(
        () -> {
          work.run();
          return null;
        },
        false);
  }
}
