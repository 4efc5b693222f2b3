package io.annals.store.postgres;

import io.annals.model.ActivityStream;
import io.annals.model.Event;
import io.annals.model.TenantId;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** How events are added to the cells that {@link PostgresActivityTotals} sums up. */
final class PostgresActivityCells {
  /** A cell of fewer events is not worth a digest, whatever the other slots hold. */
  private static final int DUE_EVENTS = 128;

  /** Adds the events of unnested cells to those of slot $6. */
  static final String ADD =
      add(
          """
          unnest($2::uuid[], $3::smallint[], $4::bigint[], $5::bigint[])
            AS added (token_id, minutes, start, events)""",
          6);

  /** One cell of every writer. */
  private record Cell(UUID token, short minutes, long start) {
    static Cell of(UUID token, long millis, long widthMillis) {
      return new Cell(
          token,
          (short) TimeUnit.MILLISECONDS.toMinutes(widthMillis),
          PostgresStretches.floor(millis, widthMillis));
    }
  }

  private PostgresActivityCells() {}

  /** Adds what this source of (token_id, minutes, start, events) names, in a slot. */
  static String add(String source, int slotParameter) {
    return """
        INSERT INTO annals.activity_total AS cell
          (tenant_id, token_id, minutes, start, slot, events, due)
        SELECT $1::uuid, token_id, minutes, start, $%2$d::smallint, events, events >= %3$d
        FROM %1$s
        ON CONFLICT (tenant_id, token_id, minutes, start, slot) DO UPDATE
        SET events = cell.events + excluded.events,
            due = cell.events + excluded.events >= %3$d"""
        .formatted(source, slotParameter, DUE_EVENTS);
  }

  /** The parameters of {@link #ADD} for events that are all new. */
  static Tuple of(TenantId tenant, int slot, List<Event> events) {
    Map<Cell, Long> counts = new HashMap<>();
    for (Event event : events) {
      UUID token = ActivityStream.tokenOf(event);
      long hour =
          PostgresStretches.floor(event.createdAtMillis(), PostgresActivityTotals.HOUR_MILLIS);
      counts.merge(Cell.of(token, hour, PostgresActivityTotals.HOUR_MILLIS), 1L, Long::sum);
    }
    for (Map.Entry<Cell, Long> hour : List.copyOf(counts.entrySet())) {
      Cell cell = hour.getKey();
      counts.merge(
          Cell.of(cell.token(), cell.start(), PostgresActivityTotals.DAY_MILLIS),
          hour.getValue(),
          Long::sum);
    }
    List<Cell> cells = List.copyOf(counts.keySet());
    return Tuple.of(tenant.value())
        .addValue(cells.stream().map(Cell::token).toArray(UUID[]::new))
        .addValue(cells.stream().map(Cell::minutes).toArray(Short[]::new))
        .addValue(cells.stream().map(Cell::start).toArray(Long[]::new))
        .addValue(cells.stream().map(counts::get).toArray(Long[]::new))
        .addValue((short) slot);
  }
}
