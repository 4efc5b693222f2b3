package io.annals.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.exc.StreamWriteException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Any JSON value, or any object, kept as text: members in their order, numbers to the digit, white
 * space dropped. Bounded in bytes of that text and in depth.
 */
record JsonValueSchema(boolean objectOnly, int maxBytes, int maxDepth) implements ValueSchema {
  private static final JsonFactory WRITER =
      JsonFactory.builder()
          .enable(StreamWriteFeature.STRICT_DUPLICATE_DETECTION)
          // As UTF-8 and not as two escapes, which would triple their size.
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .build();

  static JsonValueSchema of(JsonObject schema, boolean objectOnly) {
    return new JsonValueSchema(
        objectOnly, schema.getInteger("x-maxBytes"), schema.getInteger("x-maxDepth"));
  }

  @Override
  public Object ofToken(JsonParser parser) throws IOException, InvalidValueException {
    if (objectOnly && parser.currentToken() != JsonToken.START_OBJECT) {
      throw new InvalidValueException("dict_type", "must be an object");
    }
    ByteArrayBuilder bytes = new ByteArrayBuilder();
    try (JsonGenerator copy = WRITER.createGenerator(bytes)) {
      int depth = 0;
      do {
        depth += copyToken(parser, copy);
        if (depth > maxDepth) {
          throw new InvalidValueException(
              "json_too_deep", "must be at most " + maxDepth + " levels deep");
        }
        checkSize(bytes.size() + copy.getOutputBuffered());
      } while (depth > 0 && parser.nextToken() != null);
      copy.flush();
      checkSize(bytes.size());
      return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
    } catch (StreamWriteException e) {
      throw new InvalidValueException("json_duplicate", "must not name a member twice");
    }
  }

  @Override
  public Object ofText(String text) {
    throw new IllegalStateException("no parameter is JSON");
  }

  private void checkSize(int bytes) throws InvalidValueException {
    if (bytes > maxBytes) {
      throw new InvalidValueException(
          "json_too_large", "must be at most " + maxBytes + " bytes of JSON");
    }
  }

  /** Copies one token; how much deeper it leads. */
  private static int copyToken(JsonParser parser, JsonGenerator copy)
      throws IOException, InvalidValueException {
    JsonToken token = parser.currentToken();
    switch (token) {
      case START_OBJECT -> copy.writeStartObject();
      case END_OBJECT -> copy.writeEndObject();
      case START_ARRAY -> copy.writeStartArray();
      case END_ARRAY -> copy.writeEndArray();
      case FIELD_NAME -> {
        Unicode.length(parser.currentName());
        copy.writeFieldName(parser.currentName());
      }
      case VALUE_STRING -> {
        Unicode.length(parser.getText());
        copy.writeString(parser.getText());
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> copy.writeNumber(parser.getText());
      default -> copy.copyCurrentEvent(parser);
    }
    return token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
  }
}
