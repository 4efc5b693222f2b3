package io.annals.store.postgres;

import static io.annals.store.postgres.PostgresStretches.floor;

import io.annals.model.ActivitySubject;
import io.annals.model.TenantId;
import io.annals.model.TimeRange;
import io.annals.store.postgres.PostgresStretches.Run;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Whether a subject is known, and how many events it has. Its events are counted by the hour and by
 * the day in the transactions that store them; only partial hours at the ends of a range are
 * counted by row, in the index alone.
 */
final class PostgresActivityTotals {
  static final long HOUR_MILLIS = TimeUnit.HOURS.toMillis(1);
  static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

  /** After every event, with room to round up. */
  private static final long NEVER_MILLIS = Long.MAX_VALUE - TimeUnit.DAYS.toMillis(1);

  private static final long[] WIDTHS = {HOUR_MILLIS, DAY_MILLIS};

  /** Null where nothing is known from $3 on. */
  private static final String ALL =
      """
      SELECT sum(cell.events)::bigint FROM annals.activity_total AS cell
      WHERE tenant_id = $1::uuid AND token_id IN (%s) AND minutes = 1440 AND start >= $3::bigint""";

  /** Null as before; else what lies in whole stretches, and in [$7, $8) and [$9, $10). */
  private static final String RANGE =
      """
      SELECT (%1$s) * 0
        + (SELECT coalesce(sum(cell.events), 0)::bigint
           FROM unnest($4::smallint[], $5::bigint[], $6::bigint[]) AS run (minutes, first, past)
           JOIN annals.activity_total AS cell
             ON cell.tenant_id = $1::uuid AND cell.token_id IN (%2$s)
             AND cell.minutes = run.minutes
             AND cell.start >= run.first AND cell.start < run.past)
        + (SELECT count(*) FROM (%2$s) AS key (token_id), annals.activity AS event
           WHERE event.tenant_id = $1::uuid AND event.token_id = key.token_id
             AND created_at >= $7::bigint AND created_at < $8::bigint)
        + (SELECT count(*) FROM (%2$s) AS key (token_id), annals.activity AS event
           WHERE event.tenant_id = $1::uuid AND event.token_id = key.token_id
             AND created_at >= $9::bigint AND created_at < $10::bigint)""";

  private PostgresActivityTotals() {}

  static String sql(ActivitySubject subject, TimeRange range) {
    String tokens = tokens(subject);
    String all = ALL.formatted(tokens);
    return range.equals(TimeRange.ALL) ? all : RANGE.formatted(all, tokens);
  }

  /** The tokens of the subject $2. */
  static String tokens(ActivitySubject subject) {
    return subject.kind() == ActivitySubject.Kind.TOKEN
        ? "SELECT $2::uuid"
        : PostgresActivityPage.TOKENS_OF_ACCOUNT;
  }

  static Tuple parameters(
      TenantId tenant, ActivitySubject subject, TimeRange range, long horizonMillis) {
    Tuple parameters = Tuple.of(tenant.value(), subject.id(), horizonMillis);
    if (range.equals(TimeRange.ALL)) {
      return parameters;
    }
    long from = Math.min(Math.max(range.fromMillis(), horizonMillis), NEVER_MILLIS);
    long to = Math.max(range.toMillis(), from);
    long firstHour = -floor(-from, HOUR_MILLIS);
    long pastHour = floor(to, HOUR_MILLIS);
    List<Run> runs = PostgresStretches.cover(WIDTHS, firstHour, pastHour);
    parameters
        .addValue(runs.stream().map(run -> minutes(WIDTHS[run.level()])).toArray(Short[]::new))
        .addValue(runs.stream().map(Run::first).toArray(Long[]::new))
        .addValue(runs.stream().map(Run::past).toArray(Long[]::new));
    return firstHour >= pastHour // no whole hour: all of it is edge
        ? parameters.addLong(from).addLong(to).addLong(to).addLong(to)
        : parameters.addLong(from).addLong(firstHour).addLong(pastHour).addLong(to);
  }

  private static short minutes(long widthMillis) {
    return (short) TimeUnit.MILLISECONDS.toMinutes(widthMillis);
  }

  /** The total; empty if nothing is known about the subject. */
  static OptionalLong total(RowSet<Row> rows) {
    Long total = rows.iterator().next().getLong(0);
    return total == null ? OptionalLong.empty() : OptionalLong.of(total);
  }
}
