package io.annals.store.postgres;

import io.annals.model.ActivityPosition;
import io.annals.model.Event;
import io.annals.model.TenantId;
import io.annals.search.SearchBudget;
import io.annals.search.SearchTerm;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityQuery;
import io.annals.store.postgres.PostgresActivityOutlook.Ahead;
import io.annals.store.postgres.PostgresActivityOutlook.Range;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.UUID;

/**
 * One page of a search. It walks down the time; where digests say that nothing matches it jumps,
 * elsewhere it reads a chunk of rows at a time and compares them here, as every store does. The
 * first chunk is read without a look at digests: what is common is found in it.
 *
 * <p>Each chunk and each digest is read in a snapshot of its own. What was acknowledged before the
 * search is in all of them, and as positions only fall, nothing is found twice.
 */
final class PostgresActivitySearch {
  static final String SCAN =
      PostgresActivityPage.ofTokens("SELECT unnest($2::uuid[]) AS token_id", "$7::bigint");

  private static final int FIRST_CHUNK_EVENTS = 256;
  private static final int CHUNK_EVENTS = 2_048;

  /** Of each token at least so many events are read at once. */
  private static final int TOKEN_EVENTS_MIN = 64;

  /** A time in which the same tokens may match. */
  private record Piece(Range range, List<UUID> tokens) {}

  private final Vertx vertx;
  private final PostgresReaders readers;
  private final TenantId tenant;
  private final ActivityQuery query;
  private final SearchTerm term;
  private final long horizonMillis;
  private final long floorMillis;
  private final SearchBudget budget;
  private final Map<UUID, PostgresActivityOutlook> outlooks = new LinkedHashMap<>();
  private final Map<UUID, Ahead> ahead = new HashMap<>();
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private final List<Event> items = new ArrayList<>();
  private ActivityPosition below;
  private int skip;

  PostgresActivitySearch(
      Vertx vertx,
      PostgresReaders readers,
      TenantId tenant,
      ActivityQuery query,
      SearchTerm term,
      long horizonMillis,
      long searchMillisMax) {
    this.vertx = vertx;
    this.readers = readers;
    this.tenant = tenant;
    this.query = query;
    this.term = term;
    this.horizonMillis = horizonMillis;
    floorMillis = query.floorMillis(horizonMillis);
    budget = new SearchBudget(searchMillisMax);
    below = query.ceiling();
    skip = query.skip();
  }

  /** The page; empty if nothing is known about the subject. */
  Future<Optional<ActivityPage>> run() {
    String days =
        PostgresActivityOutlook.DAYS.formatted(PostgresActivityTotals.tokens(query.subject()));
    Tuple parameters = Tuple.of(tenant.value(), query.subject().id(), horizonMillis);
    return readers
        .readSnapshot(
            PostgresWork.SCAN,
            tenant,
            PostgresActivityStore.PLAN_CACHE_MODE,
            connection -> connection.preparedQuery(days).execute(parameters))
        .compose(
            rows -> {
              rows.forEach(row -> outlook(row.getUUID(0)).add(row));
              if (outlooks.isEmpty()) {
                return Future.succeededFuture(Optional.empty());
              }
              Piece everything =
                  new Piece(new Range(floorMillis, Long.MAX_VALUE), List.copyOf(outlooks.keySet()));
              return scan(everything, FIRST_CHUNK_EVENTS)
                  .onSuccess(isOver -> finish(everything, isOver))
                  .compose(read -> walk())
                  .map(walked -> Optional.of(page()));
            });
  }

  private PostgresActivityOutlook outlook(UUID token) {
    return outlooks.computeIfAbsent(
        token, t -> new PostgresActivityOutlook(vertx, readers, tenant, t, term));
  }

  /** Goes on until the page is full, the time is up, or nothing is left. */
  private Future<Void> walk() {
    if (items.size() == query.limit() || isExhausted() || !budget.hasTimeForAnotherStep()) {
      return Future.succeededFuture();
    }
    Piece piece = pieces.peek();
    if (piece == null) {
      return lookAhead().compose(looked -> walk());
    }
    return scan(piece, CHUNK_EVENTS)
        .compose(
            isOver -> {
              finish(piece, isOver);
              return walk();
            });
  }

  private void finish(Piece piece, boolean isOver) {
    if (isOver) {
      pieces.remove(piece);
      descendTo(piece.range().firstMillis());
    }
  }

  private boolean isExhausted() {
    return atMillis() < floorMillis;
  }

  /** The time of the newest event that may be left. */
  private long atMillis() {
    long time = below.createdAtMillis();
    return ActivityPosition.before(time).compareTo(below) < 0 ? time : time - 1;
  }

  private void descendTo(long millis) {
    ActivityPosition lower = ActivityPosition.before(millis);
    if (lower.compareTo(below) < 0) {
      below = lower;
    }
  }

  /** Finds the pieces to be read from here down to where all tokens are known about. */
  private Future<Void> lookAhead() {
    long at = atMillis();
    Future<Void> looked = Future.succeededFuture();
    for (PostgresActivityOutlook outlook : outlooks.values()) {
      Ahead last = ahead.get(outlook.token());
      if (last == null || at < last.lowerMillis()) {
        looked =
            looked
                .compose(before -> outlook.from(at))
                .onSuccess(next -> ahead.put(outlook.token(), next))
                .mapEmpty();
      }
    }
    return looked.onSuccess(
        done -> {
          long lower =
              ahead.values().stream().mapToLong(Ahead::lowerMillis).reduce(floorMillis, Math::max);
          pieces.addAll(pieces(lower, at + 1));
          if (pieces.isEmpty()) {
            descendTo(lower);
          }
        });
  }

  /** Cuts the ranges of all tokens where any of them begins or ends; newest first. */
  private List<Piece> pieces(long firstMillis, long pastMillis) {
    NavigableSet<Long> cuts = new TreeSet<>();
    for (Ahead one : ahead.values()) {
      for (Range range : one.ranges()) {
        cuts.add(Math.min(Math.max(range.firstMillis(), firstMillis), pastMillis));
        cuts.add(Math.min(Math.max(range.pastMillis(), firstMillis), pastMillis));
      }
    }
    List<Piece> found = new ArrayList<>();
    for (Long past : cuts.descendingSet()) {
      Long first = cuts.lower(past);
      if (first != null) {
        List<UUID> tokens = new ArrayList<>();
        ahead.forEach(
            (token, one) -> {
              if (one.ranges().stream()
                  .anyMatch(r -> r.firstMillis() <= first && r.pastMillis() >= past)) {
                tokens.add(token);
              }
            });
        if (!tokens.isEmpty()) {
          found.add(new Piece(new Range(first, past), tokens));
        }
      }
    }
    return found;
  }

  /** Reads a chunk of a piece; whether that was the rest of it. */
  private Future<Boolean> scan(Piece piece, int events) {
    descendTo(piece.range().pastMillis());
    int ofEach = Math.max(TOKEN_EVENTS_MIN, events / piece.tokens().size());
    Tuple parameters =
        Tuple.of(
            tenant.value(),
            piece.tokens().toArray(UUID[]::new),
            below.createdAtMillis(),
            below.id(),
            below.tokenId());
    parameters.addLong(Math.max(piece.range().firstMillis(), floorMillis)).addLong((long) ofEach);
    return readers
        .readSnapshot(
            PostgresWork.SCAN,
            tenant,
            PostgresActivityStore.PLAN_CACHE_MODE,
            connection -> connection.preparedQuery(SCAN).execute(parameters))
        .map(rows -> take(rows, ofEach));
  }

  /** Takes the events down to where one of the tokens was cut off; whether none was. */
  private boolean take(RowSet<Row> rows, int ofEach) {
    Map<UUID, Integer> counts = new HashMap<>();
    for (Row row : rows) {
      Event event = PostgresActivityTransactions.COLUMNS.event(row);
      ActivityPosition position = ActivityPosition.of(event);
      if (query.matches(event) && !isTaken(event)) {
        return false;
      }
      below = position;
      if (counts.merge(position.tokenId(), 1, Integer::sum) == ofEach) {
        return false;
      }
    }
    return true;
  }

  private boolean isTaken(Event matching) {
    if (skip > 0) {
      skip--;
      return true;
    }
    return items.size() < query.limit() && items.add(matching);
  }

  private ActivityPage page() {
    boolean isAll = isExhausted();
    boolean isFirst = query.below().equals(ActivityPosition.TOP) && query.skip() == 0;
    return new ActivityPage(
        List.copyOf(items),
        isAll ? null : new ActivityPage.Next(below, skip),
        isAll && isFirst ? OptionalLong.of(items.size()) : OptionalLong.empty());
  }
}
