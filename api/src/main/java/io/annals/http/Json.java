package io.annals.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes answers straight to bytes, without a tree in between. */
public final class Json {
  private static final JsonFactory WRITERS = new JsonFactory();

  private Json() {}

  /** Writes members between the braces of one object. */
  public interface Members {
    /** Writes them. */
    void writeTo(JsonGenerator json) throws IOException;
  }

  /** The object with these members, in UTF-8. */
  public static Buffer object(Members members) {
    ByteArrayBuilder bytes = new ByteArrayBuilder();
    try (JsonGenerator json = WRITERS.createGenerator(bytes)) {
      json.writeStartObject();
      members.writeTo(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // writes to memory
    }
    return Buffer.buffer(bytes.toByteArray());
  }
}
