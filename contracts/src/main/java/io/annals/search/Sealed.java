package io.annals.search;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;

/**
 * Bytes that are compressed and notice damage: a byte of version, the CRC-32 of all that follows,
 * the length of the body, the body as raw deflate (RFC 1951).
 */
final class Sealed {
  private static final int CHECKED_FROM = 1 + Integer.BYTES;
  private static final int HEAD_BYTES = CHECKED_FROM + Integer.BYTES;

  private Sealed() {}

  static byte[] seal(int version, byte[] body, int length) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(HEAD_BYTES + length / 2);
    bytes.writeBytes(new byte[HEAD_BYTES]);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater, 8192)) {
      out.write(body, 0, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    } finally {
      deflater.end();
    }
    byte[] sealed = bytes.toByteArray();
    ByteBuffer.wrap(sealed).put((byte) version).putInt(0).putInt(length);
    ByteBuffer.wrap(sealed).putInt(1, checksum(sealed));
    return sealed;
  }

  /** The body; what it takes in memory is bounded by the greatest length that the caller allows. */
  static ByteBuffer open(int version, byte[] sealed, int lengthMax) {
    require(sealed.length >= HEAD_BYTES, "too short");
    ByteBuffer head = ByteBuffer.wrap(sealed);
    require(head.get() == version, "of another version");
    require(head.getInt() == checksum(sealed), "checksum");
    int length = head.getInt();
    require(length >= 0 && length <= lengthMax, "length");
    return ByteBuffer.wrap(inflate(sealed, length));
  }

  private static byte[] inflate(byte[] sealed, int length) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(sealed, HEAD_BYTES, sealed.length - HEAD_BYTES);
      byte[] body = new byte[length + 1]; // room to see that there is no more
      int done = inflater.inflate(body);
      require(inflater.finished() && inflater.getRemaining() == 0 && done == length, "length");
      return Arrays.copyOf(body, length);
    } catch (DataFormatException e) {
      throw new DamagedDigestException("deflate", e);
    } finally {
      inflater.end();
    }
  }

  private static int checksum(byte[] sealed) {
    CRC32 crc = new CRC32();
    crc.update(sealed, CHECKED_FROM, sealed.length - CHECKED_FROM);
    return (int) crc.getValue();
  }

  static void require(boolean sound, String what) {
    if (!sound) {
      throw new DamagedDigestException(what, null);
    }
  }
}
