package io.annals.store.postgres;

import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.TenantId;
import io.annals.model.TimeRange;
import io.annals.store.AuditStore;
import io.annals.store.postgres.PostgresStretches.Run;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Exact totals without counting rows. A cell holds, for each facet, the number of events of a
 * stretch of hours; stretches form levels, each {@value #RADIX} times as wide as the one below and
 * aligned to its width, up to a level that is one stretch. Every event adds one to its cell on each
 * level, in the transaction that inserts it. A range of hours is then a few stretches on each level
 * (at most 2 × ({@value #RADIX} - 1) below the widest), whatever lies in between.
 */
final class PostgresTotals {
  static final long HOUR_MILLIS = 3_600_000;
  private static final int RADIX = 8;

  /** The widest stretches below "all time" are 8^5 hours, 3.7 years. */
  private static final int WIDEST = 5;

  private static final short ALL_TIME = WIDEST + 1;

  /** How many hours a stretch of each level below all time spans. */
  private static final long[] WIDTHS =
      LongStream.iterate(1, width -> width * RADIX).limit(ALL_TIME).toArray();

  /** Adds to cells of one writer's slot. Only that writer updates them, so nobody waits. */
  static final String ADD =
      """
      INSERT INTO annals.audit_total AS cell (tenant_id, stream, level, hour, slot, events)
      SELECT $1::uuid, $2, added.level, added.hour, $3::smallint,
             ($6::bigint[])[(added.n - 1) * $7::int + 1 : added.n * $7::int]
      FROM unnest($4::smallint[], $5::bigint[]) WITH ORDINALITY AS added (level, hour, n)
      ON CONFLICT (tenant_id, stream, level, hour, slot) DO UPDATE
      SET events = ARRAY(
        SELECT a + b FROM unnest(cell.events, excluded.events) WITH ORDINALITY AS u (a, b, n)
        ORDER BY n)""";

  /** Adds up cells, then counts the partial hours by row up to a limit. */
  static final String READ =
      """
      SELECT
        (SELECT coalesce(sum(cell.events[facet + 1]), 0)::bigint
         FROM unnest($4::smallint[], $5::bigint[], $6::bigint[]) AS stretch (level, first, past)
         JOIN annals.audit_total AS cell
           ON cell.tenant_id = $1 AND cell.stream = $2 AND cell.level = stretch.level
           AND cell.hour >= stretch.first AND cell.hour < stretch.past
         CROSS JOIN unnest($3::int[]) AS facet)""";

  /** The partial hours: [$7, $8) and [$9, $10), up to $11 events. */
  private static final String READ_EDGES =
      """
      ,
        (SELECT count(*) FROM (
           SELECT 1 FROM %1$s
           WHERE tenant_id = $1 AND facet = ANY($3) AND created_at >= $7 AND created_at < $8
           UNION ALL
           SELECT 1 FROM %1$s
           WHERE tenant_id = $1 AND facet = ANY($3) AND created_at >= $9 AND created_at < $10
           LIMIT $11) AS edge)""";

  private record Cell(short level, long hour) {}

  private PostgresTotals() {}

  /** The parameters of {@link #ADD} for events that were inserted, at least one. */
  static Tuple additions(TenantId tenant, EventStream stream, int slot, List<Event> inserted) {
    int facets = stream.facets().size();
    Map<Cell, long[]> cells =
        new TreeMap<>(Comparator.comparingInt(Cell::level).thenComparingLong(Cell::hour));
    for (Event event : inserted) {
      int facet = stream.facets().of(event);
      long hour = Math.floorDiv(event.createdAtMillis(), HOUR_MILLIS);
      for (short level = 0; level <= ALL_TIME; level++) {
        Cell cell =
            new Cell(level, level == ALL_TIME ? 0 : PostgresStretches.floor(hour, WIDTHS[level]));
        cells.computeIfAbsent(cell, c -> new long[facets])[facet]++;
      }
    }
    return Tuple.of(tenant.value(), stream.name(), (short) slot)
        .addValue(cells.keySet().stream().map(Cell::level).toArray(Short[]::new))
        .addValue(cells.keySet().stream().map(Cell::hour).toArray(Long[]::new))
        .addValue(
            cells.values().stream().flatMapToLong(Arrays::stream).boxed().toArray(Long[]::new))
        .addValue(facets);
  }

  /** Whether a range has partial hours at its ends. */
  static boolean hasEdges(TimeRange range) {
    return !range.equals(TimeRange.ALL);
  }

  static String read(PostgresTable table, TimeRange range) {
    return hasEdges(range) ? READ + READ_EDGES.formatted(table.name()) : READ;
  }

  static Tuple readParameters(TenantId tenant, EventStream stream, int[] facets, TimeRange range) {
    long from = range.fromMillis();
    long to = Math.max(range.toMillis(), from);
    long firstHour =
        Math.floorDiv(from, HOUR_MILLIS) + (Math.floorMod(from, HOUR_MILLIS) > 0 ? 1 : 0);
    long pastHour = Math.floorDiv(to, HOUR_MILLIS);
    List<Run> stretches =
        hasEdges(range)
            ? PostgresStretches.cover(WIDTHS, firstHour, pastHour)
            : List.of(new Run(ALL_TIME, 0, 1));
    Tuple parameters =
        Tuple.of(tenant.value(), stream.name())
            .addValue(Arrays.stream(facets).boxed().toArray(Integer[]::new))
            .addValue(stretches.stream().map(run -> (short) run.level()).toArray(Short[]::new))
            .addValue(stretches.stream().map(Run::first).toArray(Long[]::new))
            .addValue(stretches.stream().map(Run::past).toArray(Long[]::new));
    if (!hasEdges(range)) {
      return parameters;
    }
    if (firstHour >= pastHour) { // no whole hour: all of it is edge
      return parameters.addLong(from).addLong(to).addLong(to).addLong(to).addLong(edgeLimit());
    }
    return parameters
        .addLong(from)
        .addLong(firstHour * HOUR_MILLIS)
        .addLong(pastHour * HOUR_MILLIS)
        .addLong(to)
        .addLong(edgeLimit());
  }

  /** The total that {@link #read} found; none if too many events lie in the partial hours. */
  static OptionalLong total(@Nullable RowSet<Row> rows) {
    if (rows == null) {
      return OptionalLong.empty();
    }
    Row row = rows.iterator().next();
    long edges = row.size() > 1 ? row.getLong(1) : 0;
    return edges > AuditStore.EDGE_EVENTS_MAX
        ? OptionalLong.empty()
        : OptionalLong.of(row.getLong(0) + edges);
  }

  private static long edgeLimit() {
    return AuditStore.EDGE_EVENTS_MAX + 1L;
  }
}
