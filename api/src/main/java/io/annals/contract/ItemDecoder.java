package io.annals.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.annals.contract.ItemSchema.Member;
import io.annals.model.Event;
import io.annals.model.EventStream;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Decodes items of a stream in one pass, without a tree. It accepts what the contract's schema
 * accepts, within the bounds that JSON Schema cannot express: Unicode text, the size of JSON
 * values, times at most {@value Item#AHEAD_MAX_MILLIS} ms ahead, no member twice. It goes on after
 * a fault, to name as many as it can. Safe to use from any thread.
 */
public final class ItemDecoder {
  /** Without a table of names, which senders of ever new names could fill. */
  static final JsonFactory PARSERS =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  /** With one, which is faster; it keeps up to 6,000 names, so they must be short. */
  private static final JsonFactory PARSERS_OF_SHORT_NAMES =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxNameLength(64).build())
          .build();

  private final ItemSchema schema;
  private final InstantSource clock;
  private final Supplier<UUID> ids;

  /**
   * Compiles the decoder of a schema.
   *
   * @param fieldName the stream's name of an item's member
   * @param clock gives the time to items without one
   * @param ids gives ids to items without one, ascending
   * @throws IllegalStateException if the schema and the stream do not fit
   */
  public ItemDecoder(
      JsonObject schema,
      EventStream stream,
      Function<String, String> fieldName,
      InstantSource clock,
      Supplier<UUID> ids) {
    this(schema, stream, fieldName, "", clock, ids);
  }

  /**
   * The same, of items that have a member beside the stream's fields.
   *
   * @param beside the name of that member in snake case
   */
  public ItemDecoder(
      JsonObject schema,
      EventStream stream,
      Function<String, String> fieldName,
      String beside,
      InstantSource clock,
      Supplier<UUID> ids) {
    this.schema = new ItemSchema(schema, stream, fieldName, beside);
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * Decodes a body in UTF-8 that must be one valid item and nothing else.
   *
   * @throws InvalidBodyException if anything is wrong, naming up to 100 places
   */
  public Event decode(byte[] body) throws InvalidBodyException {
    Item item = decode(body, 0, body.length);
    if (!item.faults().isEmpty()) {
      throw new InvalidBodyException(item.faults());
    }
    return item.event().event();
  }

  /** Decodes these bytes, which should be one item and nothing else. */
  public Item decode(byte[] bytes, int from, int to) {
    long nowMillis = nowMillis();
    if (!Utf8.isText(bytes, from, to)) {
      return faulty(Faults.NOT_UTF8, nowMillis);
    }
    try (JsonParser parser = PARSERS_OF_SHORT_NAMES.createParser(bytes, from, to - from)) {
      return whole(parser, nowMillis);
    } catch (StreamConstraintsException e) {
      return withLongNames(bytes, from, to, nowMillis);
    } catch (JsonProcessingException e) {
      return faulty(Faults.notJsonLine(e), nowMillis);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // reads from memory
    }
  }

  private Item withLongNames(byte[] bytes, int from, int to, long nowMillis) {
    try (JsonParser parser = PARSERS.createParser(bytes, from, to - from)) {
      return whole(parser, nowMillis);
    } catch (JsonProcessingException e) {
      return faulty(Faults.notJsonLine(e), nowMillis);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // reads from memory
    }
  }

  private Item whole(JsonParser parser, long nowMillis) throws IOException {
    parser.nextToken();
    Item item = decode(parser, nowMillis);
    if (parser.nextToken() != null) {
      item.fault(Faults.SOMETHING_AFTER);
    }
    return item;
  }

  private Item faulty(Fault fault, long nowMillis) {
    Item item = new Item(schema.defaults(), nowMillis, ids);
    item.fault(fault);
    return item;
  }

  /** The time of items that have none. */
  long nowMillis() {
    return clock.millis();
  }

  /** Decodes the item that the parser's current token starts, and leaves the parser at its end. */
  Item decode(JsonParser parser, long nowMillis) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return faulty(Faults.NOT_AN_OBJECT, nowMillis);
    }
    Item item = new Item(schema.defaults(), nowMillis, ids);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      Member member = schema.member(name);
      if (member == null) {
        item.fault(Faults.UNKNOWN, Faults.shown(name));
        parser.skipChildren();
      } else if (!item.see(member)) {
        item.fault(Faults.TWICE, name);
        parser.skipChildren();
      } else {
        value(parser, member, item);
      }
    }
    for (Member member : schema.required()) {
      if (item.see(member)) {
        item.fault(Faults.MISSING, member.name());
      }
    }
    return item;
  }

  private static void value(JsonParser parser, Member member, Item item) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL && member.nullable()) {
      return;
    }
    int depth = depth(parser) - (parser.currentToken().isStructStart() ? 1 : 0);
    try {
      item.put(member, member.value().ofToken(parser));
    } catch (InvalidValueException e) {
      List<Object> path = new ArrayList<>(List.of(member.name()));
      path.addAll(e.path());
      item.fault(e.fault(), path.toArray());
      while (depth(parser) > depth && parser.nextToken() != null) {
        // leads back from inside the value to its surroundings
      }
    }
  }

  private static int depth(JsonParser parser) {
    return parser.getParsingContext().getNestingDepth();
  }
}
