package io.annals.store.postgres;

import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.Field;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.lang.reflect.Array;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The columns that hold a stream's events: id, created_at, and one for each field. */
final class PostgresColumns {
  private final List<Field> fields;
  private final String names;

  PostgresColumns(EventStream stream) {
    fields = stream.fields();
    names = "id, created_at, " + fields.stream().map(Field::name).collect(Collectors.joining(", "));
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

  /** How many there are. */
  int size() {
    return fields.size() + 2;
  }

  /** Their names, in the order that {@link #event} reads. */
  String names() {
    return names;
  }

  /** The parameters that {@link #addTo} adds, of which the first has this number. */
  String arrays(int first) {
    return "$%d::uuid[], $%d::bigint[], ".formatted(first, first + 1)
        + IntStream.range(0, fields.size())
            .mapToObj(i -> "$" + (first + 2 + i) + "::" + sqlType(fields.get(i)) + "[]")
            .collect(Collectors.joining(", "));
  }

  /** Adds one array a column. */
  void addTo(Tuple parameters, List<Event> events) {
    parameters.addValue(events.stream().map(Event::id).toArray(UUID[]::new));
    parameters.addValue(events.stream().map(Event::createdAtMillis).toArray(Long[]::new));
    for (int i = 0; i < fields.size(); i++) {
      parameters.addValue(column(fields.get(i), i, events));
    }
  }

  private static Object column(Field field, int index, List<Event> events) {
    Object[] column = (Object[]) Array.newInstance(field.type().javaType(), events.size());
    for (int i = 0; i < column.length; i++) {
      column[i] = events.get(i).value(index);
    }
    return column;
  }

  Event event(Row row) {
    @Nullable Object[] values = new Object[fields.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.getValue(i + 2);
    }
    return new Event(row.getLong(1), row.getUUID(0), values);
  }
}
