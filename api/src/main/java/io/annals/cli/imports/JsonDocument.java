package io.annals.cli.imports;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.CharConversionException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Records in JSON of any layout, read as a stream: in the list of a document, {@code
 * {"Records":[...]}}, in an array, or one after the other. Several documents may follow each other.
 */
final class JsonDocument implements Records<ObjectNode> {
  private final Bounded in;
  private final JsonParser parser;
  private final String list;
  private long number;

  JsonDocument(InputStream in, String list) throws IOException {
    this.in = new Bounded(in);
    this.parser = JsonText.MAPPER.createParser(this.in);
    this.list = list;
  }

  @Override
  public @Nullable ObjectNode next() throws IOException, UnusableException {
    in.startRecord();
    try {
      return find();
    } catch (JsonProcessingException e) {
      throw new IOException(
          "no JSON at line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage(), e);
    } catch (CharConversionException | NumberFormatException e) {
      int line = parser.currentLocation().getLineNr();
      throw new IOException("no JSON at line " + line + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String place() {
    return "record " + number;
  }

  private @Nullable ObjectNode find() throws IOException, UnusableException {
    JsonToken token;
    while ((token = parser.nextToken()) != null) {
      boolean outermost = token.isStructStart() && parser.getParsingContext().getParent().inRoot();
      if (token == JsonToken.START_OBJECT && outermost) {
        ObjectNode record = untilList(JsonText.object());
        if (record != null) {
          return counted(record);
        }
      } else if (token == JsonToken.FIELD_NAME) {
        // Behind the list of a document: its other members say nothing.
        if (parser.nextToken() != JsonToken.START_ARRAY || !list.equals(parser.currentName())) {
          parser.skipChildren();
        }
      } else if (!token.isStructEnd() && !(token == JsonToken.START_ARRAY && outermost)) {
        return counted(JsonText.STREAM.readTree(parser));
      }
    }
    return null;
  }

  private ObjectNode counted(JsonNode value) throws UnusableException {
    number++;
    if (value instanceof ObjectNode record) {
      return record;
    }
    throw UnusableException.alien("no JSON object", value.toString());
  }

  /** The outermost object, if it is a record itself; null where its list begins. */
  private @Nullable ObjectNode untilList(ObjectNode members) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (parser.nextToken() == JsonToken.START_ARRAY && list.equals(name)) {
        return null;
      }
      members.set(name, JsonText.STREAM.<JsonNode>readTree(parser));
    }
    return members;
  }

  /** Fails when one record takes too much, before it fills the memory. */
  private static final class Bounded extends FilterInputStream {
    private long bytesOfRecord;

    Bounded(InputStream in) {
      super(in);
    }

    void startRecord() {
      bytesOfRecord = 0;
    }

    @Override
    public int read() throws IOException {
      return count(super.read(), 1);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int bytes = super.read(buffer, offset, length);
      return count(bytes, bytes);
    }

    private int count(int result, int bytes) throws IOException {
      bytesOfRecord += Math.max(bytes, 0);
      if (bytesOfRecord > JsonText.RECORD_BYTES_MAX) {
        throw new IOException("a record is longer than " + JsonText.RECORD_BYTES_MAX + " bytes");
      }
      return result;
    }
  }
}
