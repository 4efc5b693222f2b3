package io.annals.store.postgres;

import io.annals.model.TenantId;
import io.annals.search.DamagedDigestException;
import io.annals.search.Digest;
import io.annals.search.SearchTerm;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where in the past of one token a search may find something, by the digests that hold. */
final class PostgresActivityOutlook {
  /** The days of the subject that have events, and whether a digest of that many is there. */
  static final String DAYS =
      """
      SELECT day.token_id, day.start, day.events, digest.events IS NOT NULL
      FROM (
        SELECT token_id, start, sum(events)::bigint AS events FROM annals.activity_total
        WHERE tenant_id = $1::uuid AND token_id IN (%s) AND minutes = 1440 AND start >= $3::bigint
        GROUP BY 1, 2) AS day
      LEFT JOIN annals.activity_digest AS digest
        ON digest.tenant_id = $1::uuid AND digest.token_id = day.token_id
        AND digest.minutes = 1440 AND digest.start = day.start AND digest.events = day.events""";

  /** Days in a row with fewer events than this together are read at once, whatever they hold. */
  private static final int PLAIN_EVENTS_MAX = 4 * PostgresActivityLevel.HOUR.eventsMin();

  /** Times from the first to before the past one. */
  record Range(long firstMillis, long pastMillis) {}

  /**
   * What may match from the given time downwards.
   *
   * @param lowerMillis this is known down to here
   * @param ranges what may match, newest first; nothing else does
   */
  record Ahead(long lowerMillis, List<Range> ranges) {}

  private record Day(long events, boolean isDigested) {}

  /** How many events there are, and in which strips they may match; null if nobody knows. */
  private record Contents(long events, @Nullable Long strips) {}

  private final Vertx vertx;
  private final PostgresReaders readers;
  private final TenantId tenant;
  private final UUID token;
  private final SearchTerm term;
  private final NavigableMap<Long, Day> days = new TreeMap<>();
  private final Map<PostgresActivityStretch, Contents> known = new HashMap<>();

  PostgresActivityOutlook(
      Vertx vertx, PostgresReaders readers, TenantId tenant, UUID token, SearchTerm term) {
    this.vertx = vertx;
    this.readers = readers;
    this.tenant = tenant;
    this.token = token;
    this.term = term;
  }

  UUID token() {
    return token;
  }

  /** Takes in a row of {@link #DAYS}. */
  void add(Row day) {
    days.put(day.getLong(1), new Day(day.getLong(2), day.getBoolean(3)));
  }

  /** Looks from this time downwards, as far as is known by one digest of each level. */
  Future<Ahead> from(long atMillis) {
    long start = PostgresActivityLevel.DAY.start(atMillis);
    Day day = days.get(start);
    if (day == null) {
      Long before = days.lowerKey(start);
      return ahead(
          before == null ? Long.MIN_VALUE : before + PostgresActivityLevel.DAY.millis(), List.of());
    }
    if (isPlain(day)) {
      long first = plainDaysUntil(start);
      long past = start + PostgresActivityLevel.DAY.millis();
      return ahead(first, List.of(new Range(first, past)));
    }
    PostgresActivityStretch stretch =
        new PostgresActivityStretch(tenant, token, PostgresActivityLevel.DAY, start);
    if (!day.isDigested()) { // its hours may be
      known.putIfAbsent(
          stretch, new Contents(day.events(), (1L << PostgresActivityLevel.DAY.strips()) - 1));
    }
    return look(stretch, atMillis);
  }

  private static boolean isPlain(Day day) {
    return !day.isDigested() && day.events() < PostgresActivityLevel.HOUR.eventsMin();
  }

  private long plainDaysUntil(long start) {
    long first = start;
    long events = 0;
    for (Map.Entry<Long, Day> day : days.headMap(start, true).descendingMap().entrySet()) {
      events += day.getValue().events();
      if (!isPlain(day.getValue()) || events > PLAIN_EVENTS_MAX) {
        break;
      }
      first = day.getKey();
    }
    return first;
  }

  private Future<Ahead> look(PostgresActivityStretch stretch, long atMillis) {
    return contents(stretch).compose(contents -> look(stretch, contents, atMillis));
  }

  private Future<Ahead> look(PostgresActivityStretch stretch, Contents contents, long atMillis) {
    if (contents.strips() == null) {
      return ahead(
          stretch.startMillis(), List.of(new Range(stretch.startMillis(), stretch.pastMillis())));
    }
    PostgresActivityLevel finer = stretch.level().finer();
    if (finer == null || contents.events() < finer.eventsMin()) {
      return ahead(stretch.startMillis(), ranges(stretch, contents.strips()));
    }
    int uppermost = stretch.strip(atMillis);
    long below = contents.strips() & (-1L >>> (Long.SIZE - 1 - uppermost));
    if (below == 0) {
      return ahead(stretch.startMillis(), List.of());
    }
    int strip = Long.SIZE - 1 - Long.numberOfLeadingZeros(below);
    return strip < uppermost
        ? ahead(stretch.stripStart(strip + 1), List.of())
        : look(stretch.finer(finer, strip), atMillis);
  }

  private static List<Range> ranges(PostgresActivityStretch stretch, long strips) {
    List<Range> ranges = new ArrayList<>();
    for (int strip = stretch.level().strips() - 1; strip >= 0; strip--) {
      if ((strips >>> strip & 1) != 0) {
        ranges.add(new Range(stretch.stripStart(strip), stretch.stripStart(strip + 1)));
      }
    }
    return ranges;
  }

  private static Future<Ahead> ahead(long lowerMillis, List<Range> ranges) {
    return Future.succeededFuture(new Ahead(lowerMillis, ranges));
  }

  private Future<Contents> contents(PostgresActivityStretch stretch) {
    Contents contents = known.get(stretch);
    if (contents != null) {
      return Future.succeededFuture(contents);
    }
    Tuple parameters = stretch.digestParameters();
    return readers
        .readSnapshot(
            PostgresWork.DIGEST,
            tenant,
            PostgresActivityStore.PLAN_CACHE_MODE,
            connection ->
                connection.preparedQuery(PostgresActivityStretch.DIGEST).execute(parameters))
        .map(rows -> rows.iterator().next())
        .compose(row -> vertx.executeBlocking(() -> contents(row), false))
        .onSuccess(read -> known.put(stretch, read));
  }

  private Contents contents(Row row) {
    Long events = row.getLong(0);
    return new Contents(events == null ? 0 : events, strips(row.getBuffer(1)));
  }

  private @Nullable Long strips(@Nullable Buffer digest) {
    try {
      return digest == null ? null : (Long) Digest.decode(digest.getBytes()).strips(term);
    } catch (DamagedDigestException asIfThereWereNone) {
      return null;
    }
  }
}
