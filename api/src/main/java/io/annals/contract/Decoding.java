package io.annals.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The decoding of one body: it goes on after a fault, to name as many as it can. */
final class Decoding {
  private static final int FAULTS_MAX = 100;

  private final ApiOperation.BatchSchema batch;
  private final ItemDecoder items;
  private final List<BodyFault> faults = new ArrayList<>();

  Decoding(ApiOperation.BatchSchema batch, ItemDecoder items) {
    this.batch = batch;
    this.items = items;
  }

  /** Fails if anything was wrong. */
  void check() throws InvalidBodyException {
    if (!faults.isEmpty()) {
      throw new InvalidBodyException(faults);
    }
  }

  /** Notes a fault of this place. */
  void fault(Fault fault, Object... path) {
    fault(new BodyFault(List.of(path), fault));
  }

  /** Notes an item's faults. */
  void faults(int index, Item item) {
    for (BodyFault fault : item.faults()) {
      List<Object> path = new ArrayList<>(List.of(batch.member(), index));
      path.addAll(fault.path());
      fault(new BodyFault(path, fault.fault()));
    }
  }

  private void fault(BodyFault fault) {
    if (faults.size() < FAULTS_MAX) {
      faults.add(fault);
    }
  }

  /** Reads the whole body: an object whose one member is the array. */
  void body(JsonParser parser, BatchDecoder.Consumer each) throws IOException {
    JsonToken start = parser.nextToken();
    if (start != JsonToken.START_OBJECT) {
      fault(start == null ? new Fault("missing", "must be an object") : Faults.NOT_AN_OBJECT);
      parser.skipChildren();
      return;
    }
    boolean found = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (!name.equals(batch.member())) {
        fault(Faults.UNKNOWN, Faults.shown(name));
        parser.skipChildren();
      } else if (found) {
        fault(Faults.TWICE, name);
        parser.skipChildren();
      } else {
        found = true;
        items(parser, each);
      }
    }
    if (!found) {
      fault(Faults.MISSING, batch.member());
    }
  }

  private void items(JsonParser parser, BatchDecoder.Consumer each) throws IOException {
    String member = batch.member();
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      fault(new Fault("list_type", "must be an array"), member);
      parser.skipChildren();
      return;
    }
    long nowMillis = items.nowMillis();
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (count < batch.maxItems()) {
        each.take(count, items.decode(parser, nowMillis));
      } else {
        parser.skipChildren();
      }
      count++;
    }
    if (count < batch.minItems() || count > batch.maxItems()) {
      fault(
          new Fault(
              count == 0 ? "too_short" : "too_long",
              "must have from %d to %d items, not %d"
                  .formatted(batch.minItems(), batch.maxItems(), count)),
          member);
    }
  }
}
