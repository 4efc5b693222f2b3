package io.annals.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.annals.model.EventStream;
import io.annals.model.NewEvent;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Decodes a body that is an array of a stream's items in one pass, without a tree. It accepts what
 * the contract's schema accepts, within the bounds that JSON Schema cannot express: Unicode text,
 * the size of JSON values, times at most {@value #AHEAD_MAX_MILLIS} ms ahead, no member twice.
 */
public final class BatchDecoder {
  /** How far a creation time may be ahead of the server's clock. */
  static final long AHEAD_MAX_MILLIS = 5 * 60 * 1000;

  /** Without a table of names, which senders of ever new names could fill. */
  private static final JsonFactory PARSERS =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  private final ApiOperation.BatchSchema batch;
  private final ItemSchema item;
  private final Clock clock;
  private final Supplier<UUID> ids;

  /**
   * Compiles the decoder of an operation's body.
   *
   * @param fieldName the stream's name of an item's member
   * @param clock gives the time to items without one
   * @param ids gives ids to items without one, ascending
   * @throws IllegalStateException if the contract and the stream do not fit
   */
  public BatchDecoder(
      ApiOperation.BatchSchema batch,
      EventStream stream,
      Function<String, String> fieldName,
      Clock clock,
      Supplier<UUID> ids) {
    this.batch = batch;
    this.item = new ItemSchema(batch.item(), stream, fieldName);
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * Decodes a body in UTF-8.
   *
   * @throws InvalidBodyException if anything is wrong, naming up to 100 places
   */
  public List<NewEvent> decode(byte[] body) throws InvalidBodyException {
    Decoding decoding = new Decoding(batch, item, clock.millis(), ids);
    if (!isUtf8(body)) {
      decoding.fault("json_invalid", "is not JSON in UTF-8");
      return decoding.result();
    }
    try (JsonParser parser = PARSERS.createParser(body)) {
      decoding.body(parser);
      if (parser.nextToken() != null) {
        decoding.fault("json_invalid", "has something after its end");
      }
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation(); // null where a bound of the parser is exceeded
      decoding.fault(
          "json_invalid",
          at == null
              ? "is JSON of a depth or length that is not read here"
              : "is not JSON at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // reads from memory
    }
    return decoding.result();
  }

  /** The parser reads UTF-16 and UTF-32 as well, and takes bytes for text that are not UTF-8. */
  private static boolean isUtf8(byte[] body) {
    int head = Math.min(4, body.length);
    for (int i = 0; i < head; i++) {
      if (body[i] == 0) {
        return false;
      }
    }
    return ByteBufUtil.isText(Unpooled.wrappedBuffer(body), StandardCharsets.UTF_8);
  }
}
