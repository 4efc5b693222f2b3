package io.annals.list;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import io.annals.http.Dialect;
import io.annals.http.Json;
import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.Field;
import io.annals.model.TenantId;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes pages of a stream, and single items, in a dialect. */
public final class PageEncoder {
  private final Dialect dialect;
  private final Field[] fields;
  private final SerializableString[] names;
  private final SerializableString createdAt;

  /** Writes what this stream consists of. */
  public PageEncoder(EventStream stream, Dialect dialect) {
    this.dialect = dialect;
    List<Field> all = stream.fields();
    fields = all.toArray(Field[]::new);
    names =
        all.stream()
            .map(field -> new SerializedString(dialect.memberName(field.name())))
            .toArray(SerializableString[]::new);
    createdAt = new SerializedString(dialect.memberName("created_at"));
  }

  Buffer encode(TenantId tenant, ListPage<?> page, @Nullable String cursor) {
    return Json.object(
        json -> {
          json.writeArrayFieldStart(dialect.itemsMember());
          for (Event event : page.items()) {
            json.writeStartObject();
            writeMembers(json, tenant, event);
            json.writeEndObject();
          }
          json.writeEndArray();
          dialect.writeListEnd(json, cursor, page.total());
        });
  }

  /** One item, as it stands in a page. */
  public Buffer encode(TenantId tenant, Event item) {
    return Json.object(json -> writeMembers(json, tenant, item));
  }

  private void writeMembers(JsonGenerator json, TenantId tenant, Event event) throws IOException {
    json.writeStringField("id", event.id().toString());
    if (dialect.writesTenant()) {
      json.writeStringField("tenantId", tenant.toString());
    }
    json.writeFieldName(createdAt);
    dialect.writeTime(json, event.createdAtMillis());
    for (int i = 0; i < fields.length; i++) {
      Object value = event.value(i);
      if (value != null) {
        json.writeFieldName(names[i]);
        writeValue(json, fields[i].type(), value);
      } else if (dialect.writesNulls()) {
        json.writeFieldName(names[i]);
        json.writeNull();
      }
    }
  }

  private static void writeValue(JsonGenerator json, Field.Type type, Object value)
      throws IOException {
    switch (type) {
      case TEXT, UUID -> json.writeString(value.toString());
      case INT32 -> json.writeNumber((Integer) value);
      case INT64 -> json.writeNumber((Long) value);
      case NUMBER -> json.writeNumber((Double) value);
      case BOOLEAN -> json.writeBoolean((Boolean) value);
      case JSON -> json.writeRawValue((String) value);
    }
  }
}
