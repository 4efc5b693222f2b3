package io.annals.cli.imports;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a log, each with an id of its own. Equal lines are different calls, so the id is
 * that of the line and of how many equal ones came before it in its input: the same whenever the
 * input is read from its start.
 *
 * <p>To count them, the ids of the last lines are kept, {@value #WINDOW_LINES} different ones at
 * least and twice as many at most. Lines have their second in them: equal ones that are farther
 * apart come from one log that stands twice in the input, and get the same ids again.
 */
final class LogLines implements Records<LogLines.Line> {
  static final int LINE_BYTES_MAX = 64 * 1024;
  static final int WINDOW_LINES = 1 << 18;

  private final Lines lines;
  private final int windowLines;
  private Map<UUID, Integer> counts = new HashMap<>();
  private Map<UUID, Integer> countsBefore = Map.of();

  LogLines(InputStream in) {
    this(in, WINDOW_LINES);
  }

  LogLines(InputStream in, int windowLines) {
    this.lines = new Lines(in, LINE_BYTES_MAX);
    this.windowLines = windowLines;
  }

  @Override
  public @Nullable Line next() throws IOException, UnusableException {
    byte[] text = lines.next();
    return text == null ? null : new Line(text, id(text));
  }

  @Override
  public String place() {
    return "line " + lines.number();
  }

  private UUID id(byte[] text) {
    UUID first = ContentId.of(text);
    int before = counts.getOrDefault(first, countsBefore.getOrDefault(first, 0));
    if (counts.size() == windowLines) {
      countsBefore = counts;
      counts = new HashMap<>();
    }
    counts.put(first, before + 1);
    return before == 0 ? first : ContentId.of(numbered(text, before + 1));
  }

  /** No line holds a line feed, so that this is the text of no other line. */
  private static byte[] numbered(byte[] text, int number) {
    ByteArrayOutputStream numbered = new ByteArrayOutputStream(text.length + 12);
    numbered.writeBytes(text);
    numbered.writeBytes(("\n" + number).getBytes(US_ASCII));
    return numbered.toByteArray();
  }

  /**
   * A line.
   *
   * @param text its bytes, without its end
   * @param id its id
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a copy of each would cost the import
  record Line(byte[] text, UUID id) {}
}
