package io.annals.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The description of one stream of immutable events: what an event consists of, and what a list of
 * them can be narrowed by. Decoding, storing, paging and encoding read this description, so a
 * further stream is described and nothing is copied.
 *
 * <p>Every event has an id, a creation time and a tenant beside the fields listed here.
 */
public final class EventStream {
  private final String name;
  private final List<Field> fields;
  private final List<Field> filters;
  private final Facets facets;

  private EventStream(Builder builder) {
    name = builder.name;
    fields = List.copyOf(builder.fields);
    filters = builder.filters.stream().map(this::field).toList();
    facets = builder.counted ? Facets.of(this) : Facets.NONE;
  }

  /** Starts the description of the stream of this name (snake case). */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** Its name in snake case. */
  public String name() {
    return name;
  }

  /** The fields, in the order in which {@link Event} holds their values. */
  public List<Field> fields() {
    return fields;
  }

  /** The fields that a list can be narrowed by, each with one value. */
  public List<Field> filters() {
    return filters;
  }

  /** The numbered combinations of the filters' values; none where the stream is not counted. */
  public Facets facets() {
    return facets;
  }

  /** Whether stores keep exact totals for every combination of filters. */
  public boolean isCounted() {
    return facets != Facets.NONE;
  }

  /**
   * The field of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Field field(String fieldName) {
    return fields.get(indexOf(fieldName));
  }

  /**
   * The index of this field's value in an {@link Event}.
   *
   * @throws IllegalArgumentException if there is no such field
   */
  public int indexOf(String fieldName) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(fieldName)) {
        return i;
      }
    }
    throw new IllegalArgumentException("stream " + name + " has no field " + fieldName);
  }

  @Override
  public String toString() {
    return name;
  }

  /** Collects the fields of a stream. */
  public static final class Builder {
    private final String name;
    private final List<Field> fields = new ArrayList<>();
    private List<String> filters = List.of();
    private boolean counted;

    private Builder(String name) {
      this.name = name;
    }

    /** Adds fields that every event has. */
    public Builder required(Field.Type type, String... names) {
      return add(type, true, names);
    }

    /** Adds fields that an event may lack. */
    public Builder optional(Field.Type type, String... names) {
      return add(type, false, names);
    }

    /** Adds a text field that has one of these values; new ones are only ever appended. */
    public Builder oneOf(String fieldName, String... values) {
      fields.add(new Field(fieldName, Field.Type.TEXT, true, List.of(values)));
      return this;
    }

    /** Names the fields that lists can be narrowed by. */
    public Builder filteredBy(String... names) {
      filters = List.of(names);
      return this;
    }

    /** Asks stores to keep exact totals; every filter must have few values (see Facets). */
    public Builder counted() {
      counted = true;
      return this;
    }

    /** The finished description. */
    public EventStream build() {
      return new EventStream(this);
    }

    private Builder add(Field.Type type, boolean required, String... names) {
      for (String fieldName : names) {
        fields.add(new Field(fieldName, type, required, List.of()));
      }
      return this;
    }
  }
}
