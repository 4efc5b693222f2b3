package io.annals.store.cassandra;

import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.annals.metrics.Bounds;
import io.annals.model.ActivityPosition;
import io.annals.model.TenantId;
import io.annals.model.TimeRange;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityQuery;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;

/** Reads pages of tokens and accounts, with their totals. */
final class CassandraReader {
  private static final String TOKENS =
      """
      SELECT token_id FROM activity_account WHERE tenant_id = ? AND service_account_id = ?""";

  /** More pages at once are refused: each holds rows. */
  private static final int PAGES_MAX = 256;

  /** The same for those with a search, which hold thousands of rows, and digests. */
  private static final int SEARCHES_MAX = 8;

  /** Of more tokens, the floors below the top are read only when they are known to be there. */
  private static final int TOKENS_READ_AHEAD_MAX = 4;

  private static final int NEWEST_MAX = 10_000;

  private static final int TOTALS_AT_ONCE = 8;

  private final CassandraQueries queries;
  private final PreparedStatement tokens;
  private final CassandraTables tables;
  private final CassandraWorkers searchers;
  private final CassandraTotals totals;
  private final ActivityPolicy policy;

  /** When a token's newest event was, as far as a first page has shown. */
  private final Cache<CassandraToken, Long> newest =
      Caffeine.newBuilder().maximumSize(NEWEST_MAX).build();

  private final Semaphore pages = new Semaphore(PAGES_MAX);
  private final Semaphore searches = new Semaphore(SEARCHES_MAX);

  /** Prepares its statement; blocks. */
  CassandraReader(
      CassandraQueries queries,
      CassandraTables tables,
      CassandraWorkers searchers,
      ActivityPolicy policy) {
    this.tables = tables;
    this.searchers = searchers;
    this.policy = policy;
    this.queries = queries.of("account");
    tokens = queries.prepare(TOKENS);
    MeterRegistry meters = queries.meters();
    totals = new CassandraTotals(tables, meters);
    Bounds.queue(
        meters,
        "cassandra_pages",
        "pages",
        PAGES_MAX,
        pages,
        room -> PAGES_MAX - room.availablePermits());
    Bounds.queue(
        meters,
        "cassandra_searches",
        "pages",
        SEARCHES_MAX,
        searches,
        room -> SEARCHES_MAX - room.availablePermits());
    Bounds.cache(meters, "cassandra_newest", "entries", NEWEST_MAX, newest, Cache::estimatedSize);
  }

  /** As {@link io.annals.store.ActivityStore#page}, answered on any thread. */
  Future<Optional<ActivityPage>> page(TenantId tenant, ActivityQuery query) {
    Semaphore room = query.search() == null ? pages : searches;
    if (!room.tryAcquire()) {
      return Future.failedFuture(
          new StoreException(Kind.OVERLOADED, "too many pages are read at once", null));
    }
    return tokens(tenant, query)
        .compose(known -> page(known, query, policy.horizonMillis()))
        .onComplete(done -> room.release());
  }

  private Future<List<CassandraToken>> tokens(TenantId tenant, ActivityQuery query) {
    return switch (query.subject().kind()) {
      case TOKEN ->
          Future.succeededFuture(List.of(new CassandraToken(tenant, query.subject().id())));
      case SERVICE_ACCOUNT ->
          queries
              .rows(tokens.bind(tenant.value(), query.subject().id()))
              .map(
                  rows ->
                      rows.stream()
                          .map(row -> new CassandraToken(tenant, row.getUuid(0)))
                          .toList());
    };
  }

  private Future<Optional<ActivityPage>> page(
      List<CassandraToken> ofSubject, ActivityQuery query, long horizonMillis) {
    CassandraPage page = new CassandraPage(query, policy.searchMillisMax());
    CassandraScan scan =
        query.search() == null
            ? CassandraScan.of(tables)
            : CassandraScan.searching(query, tables, searchers);
    Future<ActivityPosition> walked =
        CassandraWalk.run(sources(scan, ofSubject, query, horizonMillis), page);
    Future<OptionalLong> total = total(ofSubject, query, horizonMillis);
    return Future.all(walked, total)
        .compose(
            done ->
                page.hasMatches()
                    ? Future.succeededFuture(true)
                    : isKnown(ofSubject, query, horizonMillis))
        .map(
            known -> {
              if (!known) {
                return Optional.empty();
              }
              ActivityPage found = page.page(walked.result(), total.result());
              note(ofSubject, query, found);
              return Optional.of(found);
            });
  }

  private List<CassandraFloorSource> sources(
      CassandraScan scan, List<CassandraToken> ofSubject, ActivityQuery query, long horizonMillis) {
    ActivityPosition ceiling = query.ceiling();
    long topMillis = ceiling.createdAtMillis();
    CassandraTimes times =
        CassandraTimes.of(
            query.floorMillis(horizonMillis),
            topMillis == Long.MAX_VALUE ? topMillis : topMillis + 1);
    if (times.isEmpty()) {
      return List.of();
    }
    return ofSubject.stream()
        .map(
            token ->
                new CassandraFloorSource(
                    scan,
                    token,
                    CassandraFloor.TOP,
                    times,
                    ceiling,
                    ofSubject.size() <= TOKENS_READ_AHEAD_MAX
                        ? readAhead(scan, token, topMillis)
                        : Map.of()))
        .toList();
  }

  /**
   * A page of a busy token begins in the day and hour of its ceiling: both are asked for at once.
   */
  private Map<CassandraFloor, Future<List<CassandraEntry>>> readAhead(
      CassandraScan scan, CassandraToken token, long topMillis) {
    Long newestMillis = topMillis == Long.MAX_VALUE ? newest.getIfPresent(token) : null;
    long millis =
        newestMillis == null ? Math.min(topMillis, policy.clock().millis()) : newestMillis;
    CassandraFloor day = CassandraFloor.below(CassandraLevel.DAY, millis);
    CassandraFloor hour = CassandraFloor.below(CassandraLevel.HOUR, millis);
    int slice = CassandraFloorSource.SLICE_ENTRIES;
    return Map.of(
        day, scan.entries(token, day, topMillis, slice),
        hour, scan.entries(token, hour, topMillis, slice));
  }

  private void note(List<CassandraToken> ofSubject, ActivityQuery query, ActivityPage found) {
    if (query.ceiling().equals(ActivityPosition.TOP)
        && ofSubject.size() == 1
        && !found.items().isEmpty()) {
      newest.put(ofSubject.get(0), found.items().get(0).createdAtMillis());
    }
  }

  private Future<OptionalLong> total(
      List<CassandraToken> ofSubject, ActivityQuery query, long horizonMillis) {
    if (query.search() != null) {
      return Future.succeededFuture(OptionalLong.empty());
    }
    TimeRange range = new TimeRange(query.floorMillis(horizonMillis), query.range().toMillis());
    if (range.fromMillis() >= range.toMillis()) {
      return Future.succeededFuture(OptionalLong.of(0));
    }
    return CassandraLanes.sum(ofSubject, TOTALS_AT_ONCE, token -> totals.total(token, range))
        .map(OptionalLong::of);
  }

  /** Whether the subject has any event that is not gone. */
  private Future<Boolean> isKnown(
      List<CassandraToken> ofSubject, ActivityQuery query, long horizonMillis) {
    ActivityQuery any = ActivityQuery.newest(query.subject(), 1);
    CassandraPage page = new CassandraPage(any, policy.searchMillisMax());
    return CassandraWalk.run(sources(CassandraScan.of(tables), ofSubject, any, horizonMillis), page)
        .map(done -> page.hasMatches());
  }
}
