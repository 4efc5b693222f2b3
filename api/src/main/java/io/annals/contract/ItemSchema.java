package io.annals.contract;

import io.annals.model.EventStream;
import io.annals.model.Field;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A contract's schema of the items of a stream, compiled: for each member, where its value goes.
 */
final class ItemSchema {
  /** Places other than the fields' indexes. */
  static final int ID = -1;

  static final int CREATED_AT = -2;
  static final int BESIDE = -3;

  /**
   * A member of the item.
   *
   * @param ordinal counts the members; less than 64
   * @param place the index of its field, {@link #ID}, {@link #CREATED_AT} or {@link #BESIDE}
   */
  record Member(
      int ordinal, String name, int place, boolean required, boolean nullable, ValueSchema value) {}

  private final Map<String, Member> members = new HashMap<>();
  private final List<Member> required = new ArrayList<>();
  private final @Nullable Object[] defaults;

  /**
   * Compiles the schema.
   *
   * @param fieldName the stream's name of a member
   * @param beside the member, named as by the stream, that is none of its fields; empty for none
   * @throws IllegalStateException if schema and stream do not fit
   */
  ItemSchema(
      JsonObject schema, EventStream stream, Function<String, String> fieldName, String beside) {
    JsonArray requiredNames = schema.getJsonArray("required", new JsonArray());
    JsonObject properties = schema.getJsonObject("properties");
    defaults = new Object[stream.fields().size()];
    for (String name : properties.fieldNames()) {
      JsonObject property = properties.getJsonObject(name);
      String field = fieldName.apply(name);
      int place = field.equals(beside) ? BESIDE : place(stream, field);
      Member member =
          new Member(
              members.size(),
              name,
              place,
              requiredNames.contains(name),
              ValueSchema.isNullable(property),
              ValueSchema.compile(property));
      members.put(name, member);
      if (member.required()) {
        required.add(member);
      }
      if (property.getValue("default") instanceof JsonObject object) {
        defaults[place] = object.encode();
      }
    }
    checkCovers(stream);
  }

  private static int place(EventStream stream, String name) {
    return switch (name) {
      case "id" -> ID;
      case "created_at" -> CREATED_AT;
      default -> stream.indexOf(name);
    };
  }

  private void checkCovers(EventStream stream) {
    if (members.size() > Long.SIZE) {
      throw new IllegalStateException(stream + " has more members than a mask of 64 bits holds");
    }
    for (Field field : stream.fields()) {
      int place = stream.indexOf(field.name());
      boolean always =
          defaults[place] != null || required.stream().anyMatch(m -> m.place() == place);
      if (members.values().stream().noneMatch(m -> m.place() == place)
          || field.required() != always) {
        throw new IllegalStateException(stream + "." + field.name() + " and its contract differ");
      }
    }
  }

  @Nullable Member member(String name) {
    return members.get(name);
  }

  List<Member> required() {
    return required;
  }

  /** The values of an item without members. */
  @Nullable Object[] defaults() {
    return defaults.clone();
  }
}
