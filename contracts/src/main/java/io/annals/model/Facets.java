package io.annals.model;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The combinations of the values of a stream's filters, numbered from 0. A counted stream keeps one
 * number an event, its facet: totals are kept by facet, and a list narrowed by any of the filters
 * is the union of a known set of facets.
 *
 * <p>Stores keep the number beside the event: a value added to a counted filter renumbers the
 * facets and needs a migration.
 */
public final class Facets {
  /** Facets of a stream that is not counted. */
  static final Facets NONE = new Facets(new int[0], List.of());

  private final int[] fieldIndexes;
  private final List<Field> fields;
  private final int[] all;

  private Facets(int[] fieldIndexes, List<Field> fields) {
    this.fieldIndexes = fieldIndexes;
    this.fields = fields;
    this.all = fields.isEmpty() ? new int[0] : numbers(0, 0, Map.of());
  }

  static Facets of(EventStream stream) {
    for (Field filter : stream.filters()) {
      if (!filter.required()
          || (filter.values().isEmpty() && filter.type() != Field.Type.BOOLEAN)) {
        throw new IllegalArgumentException(
            "stream " + stream.name() + " cannot be counted: filter " + filter.name() + " is open");
      }
    }
    int[] indexes = stream.filters().stream().mapToInt(f -> stream.indexOf(f.name())).toArray();
    return new Facets(indexes, stream.filters());
  }

  /** One more than the greatest facet. */
  public int size() {
    return fields.stream().mapToInt(Facets::places).reduce(1, Math::multiplyExact);
  }

  /** The facet of this event. */
  public int of(Event event) {
    int facet = 0;
    for (int i = 0; i < fieldIndexes.length; i++) {
      Field field = fields.get(i);
      facet = facet * places(field) + ordinal(field, event.value(fieldIndexes[i]));
    }
    return facet;
  }

  /** The facets of the events that these filters let through, ascending. */
  public int[] matching(Map<Field, Object> filters) {
    return filters.isEmpty() ? all.clone() : numbers(0, 0, filters);
  }

  private int[] numbers(int depth, int prefix, Map<Field, Object> filters) {
    if (depth == fields.size()) {
      return new int[] {prefix};
    }
    Field field = fields.get(depth);
    Object wanted = filters.get(field);
    int base = prefix * places(field);
    if (wanted != null) {
      return numbers(depth + 1, base + ordinal(field, wanted), filters);
    }
    int[] found = new int[0];
    for (int value = 0; value < places(field); value++) {
      int[] more = numbers(depth + 1, base + value, filters);
      int end = found.length;
      found = Arrays.copyOf(found, end + more.length);
      System.arraycopy(more, 0, found, end, more.length);
    }
    return found;
  }

  private static int places(Field field) {
    return field.values().isEmpty() ? 2 : field.values().size();
  }

  private static int ordinal(Field field, @Nullable Object value) {
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    int ordinal = field.values().indexOf(String.valueOf(value));
    if (ordinal < 0) {
      throw new IllegalArgumentException("field " + field.name() + " cannot be " + value);
    }
    return ordinal;
  }
}
