package io.annals.http;

import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Inflates gzip (RFC 1952, any number of members) as it arrives, into arrays of the caller:
 * whatever the ratio of compression, it holds no more than zlib's window. To be closed.
 */
public final class Gunzip implements AutoCloseable {
  private static final int[] MAGIC = {0x1f, 0x8b, Deflater.DEFLATED};
  private static final int FLAGS_AT = 3;
  private static final int RESERVED_FLAGS = 0xe0;
  private static final int FIXED_BYTES = 10;
  private static final int TRAILER_BYTES = 8;

  /** The parts of a member in their order; optional ones have a flag in the fixed part. */
  private enum Part {
    FIXED(0),
    EXTRA(4),
    NAME(8),
    COMMENT(16),
    HEADER_CHECK(2),
    DATA(0),
    TRAILER(0);

    final int flag;

    Part(int flag) {
      this.flag = flag;
    }
  }

  private final Inflater inflater = new Inflater(true);

  /** Of the header as far as it was read, then of the data. */
  private final CRC32 crc = new CRC32();

  private byte[] piece = new byte[0];
  private int at;
  private boolean mayHaveMore;
  private Part part = Part.FIXED;

  /** Bytes of the part that were read. */
  private int count;

  private int flags;
  private Iterator<Part> following = Collections.emptyIterator();
  private int extraLength;
  private long trailer;
  private boolean seenMember;

  /** Takes the next piece; the one before has been used up. */
  public void feed(byte[] next) {
    piece = next;
    at = 0;
  }

  /**
   * Inflates into this array, as much as fits; 0 when another piece is needed.
   *
   * @throws ZipException if it is not gzip, or damaged
   */
  public int inflate(byte[] out) throws ZipException {
    while (at < piece.length || mayHaveMore) {
      if (part == Part.DATA) {
        int length = data(out);
        if (length > 0) {
          return length;
        }
      } else {
        frame(piece[at++] & 0xff);
      }
    }
    return 0;
  }

  /** Whether what was fed so far ends with a member's end. */
  public boolean isWhole() {
    return seenMember && part == Part.FIXED && count == 0;
  }

  /** Frees what zlib holds. */
  @Override
  public void close() {
    inflater.end();
  }

  private int data(byte[] out) throws ZipException {
    try {
      inflater.setInput(piece, at, piece.length - at);
      int length = inflater.inflate(out);
      at = piece.length - inflater.getRemaining();
      crc.update(out, 0, length);
      mayHaveMore = length == out.length && !inflater.finished();
      if (inflater.finished()) {
        enter(Part.TRAILER);
      }
      return length;
    } catch (DataFormatException e) {
      throw new ZipException(e.getMessage());
    }
  }

  /** Reads one byte of what surrounds the data. */
  private void frame(int value) throws ZipException {
    int index = count++;
    if (part != Part.HEADER_CHECK && part != Part.TRAILER) {
      crc.update(value);
    }
    switch (part) {
      case FIXED -> {
        check(index >= MAGIC.length || value == MAGIC[index]);
        if (index == FLAGS_AT) {
          check((value & RESERVED_FLAGS) == 0);
          flags = value;
        }
        if (count == FIXED_BYTES) {
          extraLength = 0;
          following = Arrays.stream(Part.values()).filter(this::isInHeader).iterator();
          enterFollowing();
        }
      }
      case EXTRA -> {
        extraLength |= index < 2 ? value << (8 * index) : 0;
        endPart(count >= 2 && count == 2 + extraLength);
      }
      case NAME, COMMENT -> endPart(value == 0);
      case HEADER_CHECK -> {
        check(value == ((int) crc.getValue() >>> (8 * index) & 0xff));
        endPart(count == 2);
      }
      default -> trailer(index, value);
    }
  }

  private void trailer(int index, int value) throws ZipException {
    trailer = index == 0 ? value : trailer | (long) value << (8 * index);
    if (count == TRAILER_BYTES) {
      check((int) trailer == (int) crc.getValue());
      check((int) (trailer >>> 32) == (int) inflater.getBytesWritten());
      inflater.reset();
      crc.reset();
      seenMember = true;
      enter(Part.FIXED);
    }
  }

  private void endPart(boolean isEnd) {
    if (isEnd) {
      enterFollowing();
    }
  }

  private void enterFollowing() {
    enter(following.next());
    if (part == Part.DATA) {
      crc.reset();
    }
  }

  private boolean isInHeader(Part next) {
    return (flags & next.flag) != 0 || next == Part.DATA;
  }

  private void enter(Part next) {
    part = next;
    count = 0;
  }

  private static void check(boolean holds) throws ZipException {
    if (!holds) {
      throw new ZipException("not gzip");
    }
  }
}
