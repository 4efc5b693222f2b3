package io.annals.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.annals.model.NewEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Decodes a body that is an array of items in one pass, without a tree. */
public final class BatchDecoder {
  private final ApiOperation.BatchSchema batch;
  private final ItemDecoder items;

  /** Takes an item of a batch, by its index from 0. */
  public interface Consumer {
    /** Takes it. */
    void take(int index, Item item);
  }

  /** The decoder of an operation's body. */
  public BatchDecoder(ApiOperation.BatchSchema batch, ItemDecoder items) {
    this.batch = batch;
    this.items = items;
  }

  /**
   * Decodes a body in UTF-8 of which every item must be valid.
   *
   * @throws InvalidBodyException if anything is wrong, naming up to 100 places
   */
  public List<NewEvent> decode(byte[] body) throws InvalidBodyException {
    List<NewEvent> events = new ArrayList<>();
    Decoding decoding = new Decoding(batch, items);
    decode(
        body,
        decoding,
        (index, item) -> {
          if (item.faults().isEmpty()) {
            events.add(item.event());
          } else {
            decoding.faults(index, item);
          }
        });
    return events;
  }

  /**
   * Decodes a body in UTF-8 of which each item is valid or not for itself.
   *
   * @param each gets the items in their order, also where the body is refused in the end
   * @throws InvalidBodyException if it is no array of items, or of too many or too few
   */
  public void decodeEach(byte[] body, Consumer each) throws InvalidBodyException {
    decode(body, new Decoding(batch, items), each);
  }

  private static void decode(byte[] body, Decoding decoding, Consumer each)
      throws InvalidBodyException {
    if (!Utf8.isText(body, 0, body.length)) {
      decoding.fault(Faults.NOT_UTF8);
      decoding.check();
    }
    try (JsonParser parser = ItemDecoder.PARSERS.createParser(body)) {
      decoding.body(parser, each);
      if (parser.nextToken() != null) {
        decoding.fault(Faults.SOMETHING_AFTER);
      }
    } catch (JsonProcessingException e) {
      decoding.fault(Faults.notJson(e));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // reads from memory
    }
    decoding.check();
  }
}
