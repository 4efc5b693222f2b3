package io.annals.cli.imports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** One JSON object a line. A bad line costs only itself. */
final class JsonLines implements Records<ObjectNode> {
  private final Lines lines;

  JsonLines(InputStream in) {
    this.lines = new Lines(in, JsonText.RECORD_BYTES_MAX);
  }

  @Override
  public @Nullable ObjectNode next() throws IOException, UnusableException {
    byte[] line = lines.next();
    return line == null ? null : object(line);
  }

  @Override
  public String place() {
    return "line " + lines.number();
  }

  private static ObjectNode object(byte[] line) throws IOException, UnusableException {
    try {
      JsonNode value = JsonText.MAPPER.readTree(line);
      if (value instanceof ObjectNode object) {
        return object;
      }
      throw UnusableException.alien("no JSON object", value.toString());
    } catch (JsonProcessingException e) {
      throw UnusableException.alien("not JSON", e.getOriginalMessage());
    } catch (CharConversionException | NumberFormatException e) {
      throw UnusableException.alien("not JSON", String.valueOf(e.getMessage()));
    }
  }
}
