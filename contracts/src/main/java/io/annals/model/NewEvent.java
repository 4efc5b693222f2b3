package io.annals.model;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way into a store.
 *
 * @param event what to store, its id and its time filled in
 * @param idGiven whether the sender chose the id, so that it may be stored already
 * @param createdAtGiven whether the sender chose the time, so that it counts as content
 */
public record NewEvent(Event event, boolean idGiven, boolean createdAtGiven) {

  /**
   * Tells whether what the sender sent is what is stored under the same id. JSON is compared by
   * value, so the order of an object's members does not matter.
   */
  public boolean sameAs(Event stored, EventStream stream) {
    if (createdAtGiven && event.createdAtMillis() != stored.createdAtMillis()) {
      return false;
    }
    List<Field> fields = stream.fields();
    for (int i = 0; i < fields.size(); i++) {
      if (!sameValue(fields.get(i), event.value(i), stored.value(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameValue(Field field, @Nullable Object sent, @Nullable Object stored) {
    if (Objects.equals(sent, stored)) {
      return true;
    }
    return field.type() == Field.Type.JSON
        && sent != null
        && stored != null
        && JsonValue.of((String) sent).equals(JsonValue.of((String) stored));
  }
}
