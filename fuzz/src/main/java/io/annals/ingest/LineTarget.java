package io.annals.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.fuzz.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Lines: the same ones however a body is cut into pieces, compressed or not. */
public final class LineTarget implements Target {
  @Override
  public void check(byte[] input) throws IOException {
    int pieceBytes = input.length == 0 ? 1 : 1 + (input[0] & 0xff);
    List<String> expected = lines(new String(input, ISO_8859_1));
    assertThat(read(input, pieceBytes, false)).isEqualTo(expected);
    assertThat(read(gzip(input), pieceBytes, true)).isEqualTo(expected);
  }

  /** The lines by the simplest of all ways. */
  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    if (lines.get(lines.size() - 1).isEmpty()) {
      lines.remove(lines.size() - 1);
    }
    lines.replaceAll(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    return lines;
  }

  private static List<String> read(byte[] body, int pieceBytes, boolean isGzip) throws IOException {
    List<String> lines = new ArrayList<>();
    LineSource source = new LineSource(isGzip);
    try {
      int at = 0;
      LineSource.Next next = source.next();
      while (next != LineSource.Next.END) {
        if (next == LineSource.Next.LINE) {
          LineSplitter line = source.line();
          lines.add(new String(line.bytes(), line.from(), line.to() - line.from(), ISO_8859_1));
        } else if (next == LineSource.Next.NEEDS_PIECE && at == body.length) {
          source.end();
        } else if (next == LineSource.Next.NEEDS_PIECE) {
          int end = Math.min(at + pieceBytes, body.length);
          source.feed(Arrays.copyOfRange(body, at, end));
          at = end;
        }
        next = source.next();
      }
    } finally {
      source.close();
    }
    return lines;
  }

  private static byte[] gzip(byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(body);
    }
    return bytes.toByteArray();
  }
}
