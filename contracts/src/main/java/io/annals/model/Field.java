package io.annals.model;

import java.util.List;

/**
 * A member that every event of a stream may have.
 *
 * @param name its name in snake case; dialects derive theirs from it, stores their column's
 * @param type what its value is
 * @param required whether every event has it
 * @param values the values it can take, in an order that never changes; empty where it is open
 */
public record Field(String name, Type type, boolean required, List<String> values) {

  /** What a field's value is, and the Java type that carries it. */
  public enum Type {
    /** {@link String}: Unicode text without U+0000 and lone surrogates. */
    TEXT(String.class),
    /** {@link java.util.UUID}. */
    UUID(java.util.UUID.class),
    /** {@link Integer}. */
    INT32(Integer.class),
    /** {@link Long}. */
    INT64(Long.class),
    /** {@link Double}, finite. */
    NUMBER(Double.class),
    /** {@link Boolean}. */
    BOOLEAN(Boolean.class),
    /** {@link String}: one JSON value as text without insignificant white space. */
    JSON(String.class);

    private final Class<?> javaType;

    Type(Class<?> javaType) {
      this.javaType = javaType;
    }

    /** The Java class of its values. */
    public Class<?> javaType() {
      return javaType;
    }
  }

  /** Copies the values. */
  public Field {
    values = List.copyOf(values);
  }
}
