package io.annals.search;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Which distinct values of the searched fields occur where in a stretch of events, so that a search
 * reads only where it finds something.
 *
 * <p>The stretch has up to 64 consecutive <em>strips</em>; its owner decides what they are. A set
 * of strips is a bit mask, strip 0 the lowest bit. All fields share one dictionary of folded
 * values, as a match in any of them counts.
 *
 * <p>A strip is <em>opaque</em> if its values are not known; it may hold anything. It becomes so
 * when the dictionary outgrows {@link #SIZE_BYTES_MAX} (then every strip does), when a part of it
 * is opaque, or when the digest was encoded by a JDK that folds case differently.
 *
 * <p>Immutable.
 */
public final class Digest {
  /** The most strips of a digest. */
  public static final int STRIPS_MAX = Long.SIZE;

  /** The greatest dictionary: text and, for each value, its end and its mask. */
  public static final int SIZE_BYTES_MAX = 4 << 20;

  // Folded UTF-8, each byte a character and each value followed by U+0000: so the JVM's
  // vectorised search for Latin-1 text applies. UTF-8 is self-synchronising.
  final String text;
  final int[] ends;
  final long[] masks;
  private final long occupied;
  private final long opaque;

  Digest(String text, int[] ends, long[] masks, long occupied, long opaque) {
    this.text = text;
    this.ends = ends;
    this.masks = masks;
    this.occupied = occupied;
    this.opaque = opaque;
  }

  /** A digest without values in which every one of these strips is opaque. */
  static Digest opaque(long occupied) {
    return new Digest("", new int[0], new long[0], occupied, occupied);
  }

  static int sizeBytes(int textBytes, int values) {
    return textBytes + values * (Integer.BYTES + Long.BYTES);
  }

  /** The strips that hold a value with the term, and every opaque strip; exact but for these. */
  public long strips(SearchTerm term) {
    String sought = term.utf8AsLatin1();
    long found = opaque;
    int value = 0;
    int hit = text.indexOf(sought);
    while (hit >= 0 && found != occupied) {
      value = -1 - Arrays.binarySearch(ends, value, ends.length, hit); // never at an end
      found |= masks[value];
      hit = text.indexOf(sought, ends[value]);
    }
    return found;
  }

  /** Where the text of a value starts. */
  int start(int value) {
    return value == 0 ? 0 : ends[value - 1] + 1;
  }

  /** The strips that hold any event. */
  public long occupiedStrips() {
    return occupied;
  }

  /** The strips of which the values are not known, so that every term may match in them. */
  public long opaqueStrips() {
    return opaque;
  }

  /** Whether all that is known is which strips hold events. */
  public boolean isOpaque() {
    return occupied != 0 && opaque == occupied;
  }

  /** The number of distinct values. */
  public int valueCount() {
    return ends.length;
  }

  /** What the dictionary takes in memory; at most {@link #SIZE_BYTES_MAX}. */
  public int sizeBytes() {
    return sizeBytes(text.length(), ends.length);
  }

  /**
   * The digest in the compressed form that {@link #decode} reads; the same for the same content.
   */
  public byte[] encode() {
    return DigestCodec.encode(this, CaseFolding.FINGERPRINT);
  }

  /**
   * The digest that was encoded. Takes a bounded amount of memory whatever the bytes are.
   *
   * @throws DamagedDigestException if the bytes are none, or of a format that is not known
   */
  public static Digest decode(byte[] encoded) {
    return DigestCodec.decode(encoded, CaseFolding.FINGERPRINT);
  }

  /** Collects a digest. Not for several threads at once. */
  public static final class Builder {
    private final FoldedUtf8 folded = new FoldedUtf8();
    private ValueTable values = new ValueTable();
    private boolean full;
    private long occupied;
    private long opaque;

    /**
     * Notes that an event in this strip has this value, which is whole code points in any case.
     *
     * @throws IndexOutOfBoundsException if there is no such strip
     * @throws IllegalArgumentException if the value has U+0000
     */
    public void add(int strip, String value) {
      folded.set(value);
      addFolded(strip);
    }

    /**
     * As {@link #add(int, String)}, for the decimal digits of a number.
     *
     * @throws IndexOutOfBoundsException if there is no such strip
     * @throws IllegalArgumentException if the number is negative
     */
    public void add(int strip, int number) {
      folded.set(number);
      addFolded(strip);
    }

    private void addFolded(int strip) {
      long mask = mask(strip);
      occupied |= mask;
      if (!full) {
        add(folded.bytes(), 0, folded.length(), mask);
      }
    }

    /**
     * Notes that this strip holds everything that the other digest covers.
     *
     * @throws IndexOutOfBoundsException if there is no such strip
     */
    public void addAll(int strip, Digest child) {
      long mask = mask(strip);
      if (child.occupied == 0) {
        return;
      }
      occupied |= mask;
      if (child.opaque != 0) {
        opaque |= mask;
        return;
      }
      byte[] text = child.text.getBytes(StandardCharsets.ISO_8859_1);
      for (int i = 0; i < child.ends.length && !full; i++) {
        add(text, child.start(i), child.ends[i], mask);
      }
    }

    private void add(byte[] bytes, int from, int to, long mask) {
      values.add(bytes, from, to, mask);
      if (values.sizeBytes() > SIZE_BYTES_MAX) {
        full = true;
        values = new ValueTable();
      }
    }

    private static long mask(int strip) {
      return 1L << Objects.checkIndex(strip, STRIPS_MAX);
    }

    /** The digest of what was added until now. */
    public Digest build() {
      return full ? opaque(occupied) : values.toDigest(occupied, opaque);
    }
  }
}
