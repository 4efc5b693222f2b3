package io.annals.search;

import static io.annals.search.Sealed.require;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The stored form of a digest: fingerprint of the folding, occupied and opaque strips, number of
 * values, bytes of text; then the values in the order of their bytes, kind by kind so that like
 * comes beside like:
 *
 * <ul>
 *   <li>a byte each: the only strip that it occurs in, or {@link #MANY};
 *   <li>the masks of those in many strips, the lowest byte first, as many bytes as the last
 *       occupied strip needs;
 *   <li>a byte each: how many bytes it shares with the start of the one before;
 *   <li>its other bytes, followed by a byte 0.
 * </ul>
 */
final class DigestCodec {
  private static final int VERSION = 1;
  private static final byte MANY = Digest.STRIPS_MAX;
  private static final int SHARED_BYTES_MAX = 255;
  private static final int FIXED_BYTES = 3 * Integer.BYTES + 2 * Long.BYTES;
  private static final int VALUE_BYTES_MAX = 2 + Long.BYTES; // without its text

  private DigestCodec() {}

  static byte[] encode(Digest digest, int folding) {
    int count = digest.valueCount();
    ByteBuffer body =
        ByteBuffer.allocate(FIXED_BYTES + count * VALUE_BYTES_MAX + digest.text.length());
    body.putInt(folding).putLong(digest.occupiedStrips()).putLong(digest.opaqueStrips());
    body.putInt(count).putInt(digest.text.length());
    byte[] text = digest.text.getBytes(StandardCharsets.ISO_8859_1);
    int[] order = order(text, digest);
    putMasks(body, order, digest);
    putTexts(body, order, text, digest);
    return Sealed.seal(VERSION, body.array(), body.position());
  }

  private static int[] order(byte[] text, Digest digest) {
    return IntStream.range(0, digest.valueCount())
        .boxed()
        .sorted(
            (a, b) ->
                Arrays.compareUnsigned(
                    text, digest.start(a), digest.ends[a], text, digest.start(b), digest.ends[b]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static void putMasks(ByteBuffer body, int[] order, Digest digest) {
    for (int value : order) {
      long mask = digest.masks[value];
      body.put(Long.bitCount(mask) == 1 ? (byte) Long.numberOfTrailingZeros(mask) : MANY);
    }
    int width = widthBytes(digest.occupiedStrips());
    for (int value : order) {
      long mask = digest.masks[value];
      for (int i = 0; i < width && Long.bitCount(mask) > 1; i++) {
        body.put((byte) (mask >>> (i * Byte.SIZE)));
      }
    }
  }

  private static void putTexts(ByteBuffer body, int[] order, byte[] text, Digest digest) {
    int shares = body.position();
    body.position(shares + order.length);
    int from = 0;
    int to = 0;
    for (int i = 0; i < order.length; i++) {
      int start = digest.start(order[i]);
      int end = digest.ends[order[i]];
      // Values are distinct and each is greater than the one before: they differ before its end.
      int differs = i == 0 ? 0 : Arrays.mismatch(text, from, to, text, start, end);
      int shared = Math.min(differs, SHARED_BYTES_MAX);
      body.put(shares + i, (byte) shared);
      body.put(text, start + shared, end - start - shared + 1);
      from = start;
      to = end;
    }
  }

  static Digest decode(byte[] encoded, int folding) {
    ByteBuffer body = Sealed.open(VERSION, encoded, FIXED_BYTES + Digest.SIZE_BYTES_MAX);
    try {
      return decodeBody(body, folding);
    } catch (BufferUnderflowException e) {
      throw new DamagedDigestException("length", e);
    }
  }

  private static Digest decodeBody(ByteBuffer body, int folding) {
    boolean comparable = body.getInt() == folding;
    long occupied = body.getLong();
    long opaque = body.getLong();
    int count = body.getInt();
    int textLength = body.getInt();
    require((opaque & ~occupied) == 0, "strips");
    require(count >= 0 && count <= body.remaining(), "count");
    require(textLength >= 0 && textLength <= Digest.SIZE_BYTES_MAX, "text");
    require(Digest.sizeBytes(textLength, count) <= Digest.SIZE_BYTES_MAX, "size");
    if (!comparable) {
      return Digest.opaque(occupied); // the values may be folded other than the terms of today
    }
    long[] masks = masks(body, count, occupied);
    byte[] text = new byte[textLength];
    int[] ends = texts(body, count, text);
    require(!body.hasRemaining(), "length");
    return new Digest(new String(text, StandardCharsets.ISO_8859_1), ends, masks, occupied, opaque);
  }

  private static long[] masks(ByteBuffer body, int count, long occupied) {
    byte[] strips = new byte[count];
    body.get(strips);
    int width = widthBytes(occupied);
    long[] masks = new long[count];
    for (int value = 0; value < count; value++) {
      if (strips[value] == MANY) {
        for (int i = 0; i < width; i++) {
          masks[value] |= (body.get() & 0xFFL) << (i * Byte.SIZE);
        }
      } else {
        require(strips[value] >= 0 && strips[value] < MANY, "strip");
        masks[value] = 1L << strips[value];
      }
      require(masks[value] != 0 && (masks[value] & ~occupied) == 0, "mask");
    }
    return masks;
  }

  private static int[] texts(ByteBuffer body, int count, byte[] text) {
    byte[] shares = new byte[count];
    body.get(shares);
    int[] ends = new int[count];
    int previous = 0;
    int start = 0;
    for (int value = 0; value < count; value++) {
      int shared = shares[value] & 0xFF;
      int sharedMax = value == 0 ? 0 : ends[value - 1] - previous;
      require(shared <= sharedMax && start + shared < text.length, "shared");
      System.arraycopy(text, previous, text, start, shared);
      int end = start + shared;
      while ((text[end] = body.get()) != 0) {
        require(++end < text.length, "text");
      }
      require(
          value == 0
              || Arrays.compareUnsigned(text, previous, ends[value - 1], text, start, end) < 0,
          "order");
      ends[value] = end;
      previous = start;
      start = end + 1;
    }
    require(start == text.length, "text");
    return ends;
  }

  private static int widthBytes(long occupied) {
    return (Long.SIZE - Long.numberOfLeadingZeros(occupied) + Byte.SIZE - 1) / Byte.SIZE;
  }
}
