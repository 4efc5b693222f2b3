package io.annals.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.annals.contract.ItemSchema.Member;
import io.annals.model.Event;
import io.annals.model.NewEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The decoding of one body: it goes on after a fault, to name as many as it can. */
final class Decoding {
  private static final int FAULTS_MAX = 100;
  private static final int NAME_CHARACTERS_MAX = 100;

  private final ApiOperation.BatchSchema batch;
  private final ItemSchema schema;
  private final long nowMillis;
  private final Supplier<UUID> ids;
  private final List<NewEvent> events = new ArrayList<>();
  private final List<BodyFault> faults = new ArrayList<>();

  Decoding(ApiOperation.BatchSchema batch, ItemSchema schema, long nowMillis, Supplier<UUID> ids) {
    this.batch = batch;
    this.schema = schema;
    this.nowMillis = nowMillis;
    this.ids = ids;
  }

  List<NewEvent> result() throws InvalidBodyException {
    if (!faults.isEmpty()) {
      throw new InvalidBodyException(faults);
    }
    return events;
  }

  /** Notes a fault of this place. */
  void fault(String type, String message, Object... path) {
    fault(new Fault(type, message), path);
  }

  private void fault(Fault fault, Object... path) {
    if (faults.size() < FAULTS_MAX) {
      faults.add(new BodyFault(List.of(path), fault));
    }
  }

  /** Reads the whole body: an object whose one member is the array. */
  void body(JsonParser parser) throws IOException {
    JsonToken start = parser.nextToken();
    if (start != JsonToken.START_OBJECT) {
      fault(start == null ? "missing" : "dict_type", "must be an object");
      parser.skipChildren();
      return;
    }
    boolean found = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (!name.equals(batch.member())) {
        fault("extra_forbidden", "is not a member that is known here", shown(name));
        parser.skipChildren();
      } else if (found) {
        fault("json_duplicate", "stands there twice", name);
        parser.skipChildren();
      } else {
        found = true;
        items(parser);
      }
    }
    if (!found) {
      fault("missing", "is required", batch.member());
    }
  }

  private void items(JsonParser parser) throws IOException {
    String member = batch.member();
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      fault("list_type", "must be an array", member);
      parser.skipChildren();
      return;
    }
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (count < batch.maxItems()) {
        item(parser, count);
      } else {
        parser.skipChildren();
      }
      count++;
    }
    if (count < batch.minItems() || count > batch.maxItems()) {
      fault(
          count == 0 ? "too_short" : "too_long",
          "must have from %d to %d items, not %d"
              .formatted(batch.minItems(), batch.maxItems(), count),
          member);
    }
  }

  private void item(JsonParser parser, int index) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      fault("dict_type", "must be an object", batch.member(), index);
      parser.skipChildren();
      return;
    }
    int faultsBefore = faults.size();
    Item item = new Item(index, schema.defaults());
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      Member member = schema.member(name);
      if (member == null) {
        fault(
            "extra_forbidden",
            "is not a member that is known here",
            batch.member(),
            index,
            shown(name));
        parser.skipChildren();
      } else if (!item.see(member)) {
        fault("json_duplicate", "stands there twice", batch.member(), index, name);
        parser.skipChildren();
      } else {
        value(parser, member, item);
      }
    }
    for (Member member : schema.required()) {
      if (item.see(member)) {
        fault("missing", "is required", batch.member(), index, member.name());
      }
    }
    if (faults.size() == faultsBefore) {
      events.add(item.event());
    }
  }

  /** A name that somebody made up, in a length that an answer can hold. */
  private static String shown(String name) {
    return name.length() > NAME_CHARACTERS_MAX
        ? name.substring(0, NAME_CHARACTERS_MAX) + "…"
        : name;
  }

  private void value(JsonParser parser, Member member, Item item) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL && member.nullable()) {
      return;
    }
    int depth = depth(parser) - (parser.currentToken().isStructStart() ? 1 : 0);
    try {
      item.put(member, member.value().ofToken(parser));
    } catch (InvalidValueException e) {
      fault(e.fault(), batch.member(), item.index, member.name());
      while (depth(parser) > depth && parser.nextToken() != null) {
        // leads back from inside the value to its surroundings
      }
    }
  }

  private static int depth(JsonParser parser) {
    return parser.getParsingContext().getNestingDepth();
  }

  /** An item as far as it has been read. */
  private final class Item {
    final int index;
    private final @Nullable Object[] values;
    private long seen;
    private @Nullable UUID id;
    private @Nullable Long createdAtMillis;

    Item(int index, @Nullable Object[] values) {
      this.index = index;
      this.values = values;
    }

    /** Notes a member; false if it was noted before. */
    boolean see(Member member) {
      long before = seen;
      seen |= 1L << member.ordinal();
      return seen != before;
    }

    void put(Member member, Object value) throws InvalidValueException {
      switch (member.place()) {
        case ItemSchema.ID -> id = (UUID) value;
        case ItemSchema.CREATED_AT -> createdAtMillis = notAhead((Long) value);
        default -> values[member.place()] = value;
      }
    }

    NewEvent event() {
      UUID ownId = id;
      Long ownTime = createdAtMillis;
      return new NewEvent(
          new Event(
              ownTime == null ? nowMillis : ownTime, ownId == null ? ids.get() : ownId, values),
          ownId != null,
          ownTime != null);
    }

    private Long notAhead(Long time) throws InvalidValueException {
      if (time > nowMillis + BatchDecoder.AHEAD_MAX_MILLIS) {
        throw new InvalidValueException(
            "in_future", "must not be more than 5 minutes ahead of the server's clock");
      }
      return time;
    }
  }
}
