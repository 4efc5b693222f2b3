package io.annals.cli.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;

/**
 * Tells in which form an input holds JSON records. One a line is the form in which a bad record
 * costs only itself, so it is taken wherever the first line could be one.
 */
final class JsonRecords {
  private static final int LOOK_AHEAD_BYTES = 64 * 1024;

  private JsonRecords() {}

  /**
   * The records of this input.
   *
   * @param list the member that holds them where the input is one document
   */
  static Records<ObjectNode> open(InputStream in, String list) throws IOException {
    in.mark(LOOK_AHEAD_BYTES);
    byte[] start = in.readNBytes(LOOK_AHEAD_BYTES);
    in.reset();
    return isDocument(start, list) ? new JsonDocument(in, list) : new JsonLines(in);
  }

  private static boolean isDocument(byte[] start, String list) {
    int first = skipSpace(start);
    if (first == start.length || (start[first] != '{' && start[first] != '[')) {
      return false;
    }
    return start[first] == '[' || beginsWith(list, start) || goesOnAfterLine(start, first);
  }

  private static boolean beginsWith(String list, byte[] start) {
    try (JsonParser parser = JsonText.MAPPER.createParser(start)) {
      return parser.nextToken() == JsonToken.START_OBJECT && list.equals(parser.nextFieldName());
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether the first line, as far as it goes, is JSON that the next line continues. */
  private static boolean goesOnAfterLine(byte[] start, int first) {
    int end = first;
    while (end < start.length && start[end] != '\n') {
      end++;
    }
    if (end == start.length && start.length == LOOK_AHEAD_BYTES) {
      return true;
    }
    String line = new String(start, first, end - first, UTF_8).strip();
    try {
      JsonText.MAPPER.readTree(line);
      return false;
    } catch (JsonEOFException e) {
      // A line that was cut off ends anywhere; one of a document ends where a value may begin.
      return "{[,:".indexOf(line.charAt(line.length() - 1)) >= 0;
    } catch (JsonProcessingException | NumberFormatException e) {
      return false;
    }
  }

  private static int skipSpace(byte[] start) {
    int at = 0;
    while (at < start.length && Character.isWhitespace(start[at])) {
      at++;
    }
    return at;
  }
}
