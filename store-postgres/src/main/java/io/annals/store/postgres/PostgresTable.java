package io.annals.store.postgres;

import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.NewEvent;
import io.annals.model.TenantId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** The table of one audit stream, and its statements for writing. */
final class PostgresTable {
  private static final int FIRST_COLUMN = 2;

  private final EventStream stream;
  private final PostgresColumns columns;
  private final String name;
  private final String insert;
  private final String stored;

  PostgresTable(EventStream stream) {
    this.stream = stream;
    columns = new PostgresColumns(stream);
    name = "annals." + stream.name();
    String facets = ", $%d::smallint[]".formatted(FIRST_COLUMN + columns.size());
    insert =
        """
        INSERT INTO %s (tenant_id, %s%s)
        SELECT $1::uuid, sent.* FROM unnest(%s%s) AS sent
        ON CONFLICT (tenant_id, id) DO NOTHING
        RETURNING id"""
            .formatted(
                name,
                columns.names(),
                stream.isCounted() ? ", facet" : "",
                columns.arrays(FIRST_COLUMN),
                stream.isCounted() ? facets : "");
    stored =
        "SELECT %s FROM %s WHERE tenant_id = $1 AND id = ANY($2)".formatted(columns.names(), name);
  }

  EventStream stream() {
    return stream;
  }

  String name() {
    return name;
  }

  /** The columns that {@link #event} reads, in its order. */
  String columns() {
    return columns.names();
  }

  /** Inserts what is not there yet and returns the ids that it inserted. */
  String insert() {
    return insert;
  }

  /** Reads the stored events with these ids. */
  String stored() {
    return stored;
  }

  /** The parameters of {@link #insert}: one array a column. */
  Tuple insertParameters(TenantId tenant, List<NewEvent> events) {
    Tuple parameters = Tuple.of(tenant.value());
    columns.addTo(parameters, events.stream().map(NewEvent::event).toList());
    if (stream.isCounted()) {
      parameters.addValue(
          events.stream().map(e -> (short) stream.facets().of(e.event())).toArray(Short[]::new));
    }
    return parameters;
  }

  Event event(Row row) {
    return columns.event(row);
  }
}
