package io.annals.ingest;

import io.annals.http.Gunzip;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The lines of a body, inflated first if need be. */
final class LineSource {
  /** What comes next. */
  enum Next {
    /** A line. */
    LINE,
    /** Nothing before another piece is there. */
    NEEDS_PIECE,
    /** More, but much was inflated since the last line: others should have their turn. */
    NEEDS_TURN,
    /** Nothing any more. */
    END
  }

  private static final int INFLATED_BYTES = 32 * 1024;
  private static final int INFLATED_TURNS = 8;

  private final LineSplitter splitter = new LineSplitter();
  private final @Nullable Gunzip gunzip;
  private final byte[] inflated;
  private int turns;
  private boolean ended;

  LineSource(boolean isGzip) {
    gunzip = isGzip ? new Gunzip() : null;
    inflated = new byte[isGzip ? INFLATED_BYTES : 0];
  }

  /** Takes the next piece of the body; asked for by {@link Next#NEEDS_PIECE}. */
  void feed(byte[] piece) {
    if (gunzip == null) {
      splitter.feed(piece, piece.length);
    } else {
      gunzip.feed(piece);
    }
  }

  /** Takes note that there are no more pieces. */
  void end() {
    ended = true;
  }

  /**
   * Goes on.
   *
   * @throws ZipException if the body is not gzip, damaged or cut off
   */
  Next next() throws ZipException {
    while (!splitter.next()) {
      int length = gunzip == null ? 0 : gunzip.inflate(inflated);
      if (length == 0) {
        return ended ? last() : Next.NEEDS_PIECE;
      }
      splitter.feed(inflated, length);
      if (++turns % INFLATED_TURNS == 0) {
        return Next.NEEDS_TURN;
      }
    }
    return Next.LINE;
  }

  private Next last() throws ZipException {
    if (gunzip != null && !gunzip.isWhole()) {
      throw new ZipException("cut off");
    }
    return splitter.last() ? Next.LINE : Next.END;
  }

  /** The splitter, which stands at the line. */
  LineSplitter line() {
    return splitter;
  }

  void close() {
    if (gunzip != null) {
      gunzip.close();
    }
  }
}
