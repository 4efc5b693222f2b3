package io.annals.cli.imports;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The lines of an input that are not blank, each of a bounded length. */
final class Lines {
  private final InputStream in;
  private final int bytesMax;
  private final byte[] buffer = new byte[64 * 1024];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int at;
  private int end;
  private long number;

  Lines(InputStream in, int bytesMax) {
    this.in = in;
    this.bytesMax = bytesMax;
  }

  /**
   * The next line that is not blank, without its end; null after the last.
   *
   * @throws UnusableException if it is too long; it has been passed over then
   */
  byte @Nullable [] next() throws IOException, UnusableException {
    while (fill()) {
      number++;
      long length = readLine();
      if (length > bytesMax) {
        throw UnusableException.defect("longer than " + bytesMax + " bytes", length + " bytes");
      }
      byte[] bytes = line.toByteArray();
      if (!isBlank(bytes)) {
        return bytes;
      }
    }
    return null;
  }

  /** The number of the line that was read last, from 1. */
  long number() {
    return number;
  }

  private long readLine() throws IOException {
    line.reset();
    long length = 0;
    boolean ended = false;
    while (!ended && fill()) {
      int start = at;
      while (at < end && buffer[at] != '\n') {
        at++;
      }
      length += at - start;
      if (length <= bytesMax) {
        line.write(buffer, start, at - start);
      }
      ended = at < end;
      at += ended ? 1 : 0;
    }
    return length;
  }

  private boolean fill() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(in.read(buffer), 0);
    }
    return end > 0;
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte b : bytes) {
      if (!Character.isWhitespace(b)) {
        return false;
      }
    }
    return true;
  }
}
