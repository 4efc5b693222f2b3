package io.annals.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Splits bytes that come in pieces into lines, ended by LF or CRLF. Only a line that stretches over
 * pieces is copied; one that is too long is passed over without being kept.
 */
final class LineSplitter {
  /** The longest line, without its end. */
  static final int LINE_BYTES_MAX = 64 * 1024;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LINE_FEEDS = 0x0a0a0a0a0a0a0a0aL;
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private byte[] piece = new byte[0];
  private int at;
  private int end;

  /** The beginning of a line whose end is not there yet. */
  private byte[] kept = new byte[256];

  private int keptBytes;
  private boolean overflown;

  private byte[] line = piece;
  private int from;
  private int to;

  /**
   * Takes the next bytes; those before have been used up. They are not to be changed until then.
   */
  void feed(byte[] bytes, int length) {
    piece = bytes;
    at = 0;
    end = length;
  }

  /** Goes to the next line; false if more bytes are needed. */
  boolean next() {
    int lineFeed = indexOfLineFeed(piece, at, end);
    if (lineFeed < 0) {
      keep(end);
      at = end;
      return false;
    }
    if (keptBytes == 0 && !overflown) {
      set(piece, at, lineFeed);
    } else {
      keep(lineFeed);
      setKept();
    }
    at = lineFeed + 1;
    return true;
  }

  /** At the end of all bytes: goes to the line that was not ended, if there is one. */
  boolean last() {
    if (keptBytes == 0 && !overflown) {
      return false;
    }
    setKept();
    return true;
  }

  /** The array that holds the line, until the next call. */
  byte[] bytes() {
    return line;
  }

  /** Where the line begins in it. */
  int from() {
    return from;
  }

  /** Where it ends, exclusive. */
  int to() {
    return to;
  }

  /** Whether the line is longer than is read here; it is not there then. */
  boolean isTooLong() {
    return to - from > LINE_BYTES_MAX;
  }

  /** Whether there is nothing on the line but white space. */
  boolean isBlank() {
    int i = from;
    while (i < to && (line[i] == ' ' || line[i] == '\t')) {
      i++;
    }
    return i == to;
  }

  private void set(byte[] bytes, int start, int stop) {
    line = bytes;
    from = start;
    to = stop > start && bytes[stop - 1] == '\r' ? stop - 1 : stop;
  }

  private void setKept() {
    if (overflown) {
      line = kept;
      from = 0;
      to = LINE_BYTES_MAX + 1;
    } else {
      set(kept, 0, keptBytes);
    }
    keptBytes = 0;
    overflown = false;
  }

  /** Keeps what comes before this index, unless the line is too long, of which a CR is no part. */
  private void keep(int stop) {
    int bytes = stop - at;
    if (overflown || bytes > LINE_BYTES_MAX + 1 - keptBytes) {
      overflown = true;
      keptBytes = 0;
      return;
    }
    if (keptBytes + bytes > kept.length) {
      int doubled = Math.max(keptBytes + bytes, 2 * kept.length);
      kept = Arrays.copyOf(kept, Math.min(doubled, LINE_BYTES_MAX + 1));
    }
    System.arraycopy(piece, at, kept, keptBytes, bytes);
    keptBytes += bytes;
  }

  /** Eight bytes at a time: a byte of the difference is zero where the line feed is. */
  private static int indexOfLineFeed(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long difference = (long) LONGS.get(bytes, i) ^ LINE_FEEDS;
      long zeros = (difference - ONES) & ~difference & HIGH_BITS;
      if (zeros != 0) {
        return i + (Long.numberOfTrailingZeros(zeros) >>> 3);
      }
    }
    for (; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}
