package io.annals.model;

import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event of a stream. It holds the values of the stream's fields by their index, each of the Java
 * type that its {@link Field.Type} names, null where the event lacks it.
 *
 * <p>Immutable by agreement: who hands an array in does not write to it again.
 */
public final class Event {
  private final long createdAtMillis;
  private final UUID id;
  private final @Nullable Object[] values;

  /**
   * An event with these values, in the order of {@link EventStream#fields()}.
   *
   * @param createdAtMillis epoch milliseconds
   */
  public Event(long createdAtMillis, UUID id, @Nullable Object[] values) {
    this.createdAtMillis = createdAtMillis;
    this.id = id;
    this.values = values;
  }

  /** When it happened, in epoch milliseconds. */
  public long createdAtMillis() {
    return createdAtMillis;
  }

  /** Its id, unique within its tenant's stream. */
  public UUID id() {
    return id;
  }

  /** Where it stands in its stream. */
  public Position position() {
    return new Position(createdAtMillis, id);
  }

  /** The value of the field at this index. */
  public @Nullable Object value(int fieldIndex) {
    return values[fieldIndex];
  }

  /** The same id and values at another time. */
  public Event movedTo(long otherCreatedAtMillis) {
    return new Event(otherCreatedAtMillis, id, values);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Event event
        && createdAtMillis == event.createdAtMillis
        && id.equals(event.id)
        && Arrays.equals(values, event.values);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "Event[" + createdAtMillis + " " + id + " " + Arrays.toString(values) + "]";
  }
}
