package io.annals.store.postgres;

import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.Field;
import io.annals.model.NewEvent;
import io.annals.model.TenantId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.lang.reflect.Array;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The table of one stream: its statements for writing, and how rows become events. */
final class PostgresTable {
  private final EventStream stream;
  private final String name;
  private final String columns;
  private final String insert;
  private final String stored;

  PostgresTable(EventStream stream) {
    this.stream = stream;
    name = "annals." + stream.name();
    String fields = stream.fields().stream().map(Field::name).collect(Collectors.joining(", "));
    columns = "id, created_at, " + fields;
    insert =
        """
        INSERT INTO %s (tenant_id, %s%s)
        SELECT $1::uuid, sent.* FROM unnest(%s) AS sent
        ON CONFLICT (tenant_id, id) DO NOTHING
        RETURNING id"""
            .formatted(name, columns, stream.isCounted() ? ", facet" : "", parameters(stream));
    stored = "SELECT %s FROM %s WHERE tenant_id = $1 AND id = ANY($2)".formatted(columns, name);
  }

  private static String parameters(EventStream stream) {
    List<Field> fields = stream.fields();
    String ofFields =
        IntStream.range(0, fields.size())
            .mapToObj(i -> "$" + (i + 4) + "::" + sqlType(fields.get(i)) + "[]")
            .collect(Collectors.joining(", "));
    String ofFacet = stream.isCounted() ? ", $" + (fields.size() + 4) + "::smallint[]" : "";
    return "$2::uuid[], $3::bigint[], " + ofFields + ofFacet;
  }

  static String sqlType(Field field) {
    return switch (field.type()) {
      case TEXT, JSON -> "text";
      case UUID -> "uuid";
      case INT32 -> "integer";
      case INT64 -> "bigint";
      case NUMBER -> "double precision";
      case BOOLEAN -> "boolean";
    };
  }

  EventStream stream() {
    return stream;
  }

  String name() {
    return name;
  }

  /** The columns that {@link #event} reads, in its order. */
  String columns() {
    return columns;
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
    parameters.addValue(events.stream().map(e -> e.event().id()).toArray(UUID[]::new));
    parameters.addValue(events.stream().map(e -> e.event().createdAtMillis()).toArray(Long[]::new));
    List<Field> fields = stream.fields();
    for (int i = 0; i < fields.size(); i++) {
      parameters.addValue(column(fields.get(i), i, events));
    }
    if (stream.isCounted()) {
      parameters.addValue(
          events.stream().map(e -> (short) stream.facets().of(e.event())).toArray(Short[]::new));
    }
    return parameters;
  }

  private static Object column(Field field, int index, List<NewEvent> events) {
    Object[] column = (Object[]) Array.newInstance(field.type().javaType(), events.size());
    for (int i = 0; i < column.length; i++) {
      column[i] = events.get(i).event().value(index);
    }
    return column;
  }

  Event event(Row row) {
    @Nullable Object[] values = new Object[stream.fields().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.getValue(i + 2);
    }
    return new Event(row.getLong(1), row.getUUID(0), values);
  }
}
