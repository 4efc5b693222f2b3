package io.annals.store;

import io.annals.model.EventStream;
import io.annals.model.Field;
import io.annals.model.Position;
import io.annals.model.TimeRange;
import java.util.HashMap;
import java.util.Map;

/**
 * Which events of a stream are wanted.
 *
 * @param filters the values that fields must have; only of {@link EventStream#filters()}
 * @param range the creation times wanted
 * @param below only events below this position; {@link Position#TOP} for the first page
 * @param skip how many matching events to pass over first, from 0
 * @param limit how many events to return at most, from 1
 */
public record EventQuery(
    Map<Field, Object> filters, TimeRange range, Position below, int skip, int limit) {

  /** Copies the filters. */
  public EventQuery {
    filters = Map.copyOf(filters);
  }

  /** The newest events, whatever they are. */
  public static EventQuery newest(int limit) {
    return new EventQuery(Map.of(), TimeRange.ALL, Position.TOP, 0, limit);
  }

  /** The same, narrowed to events with this value. */
  public EventQuery where(Field field, Object value) {
    Map<Field, Object> more = new HashMap<>(filters);
    more.put(field, value);
    return new EventQuery(more, range, below, skip, limit);
  }

  /** The same, within these times. */
  public EventQuery within(TimeRange times) {
    return new EventQuery(filters, times, below, skip, limit);
  }

  /** The same, below this position. */
  public EventQuery below(Position position) {
    return new EventQuery(filters, range, position, skip, limit);
  }

  /** The same, passing over this many events first. */
  public EventQuery skipping(int events) {
    return new EventQuery(filters, range, below, events, limit);
  }

  /** The lower of the cursor's position and the range's end: nothing at or above it matches. */
  public Position ceiling() {
    Position end = Position.before(range.toMillis());
    return end.compareTo(below) < 0 ? end : below;
  }
}
