package io.annals.search;

/** A value's folded text in UTF-8, in a buffer that is used again for the next value. */
final class FoldedUtf8 {
  private static final int BYTES_PER_UNIT_MAX = 3;
  private static final int INT_DIGITS_MAX = 10;

  private byte[] bytes = new byte[256];
  private int length;

  /** The buffer; the value ends at {@link #length}. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /**
   * Takes a value.
   *
   * @throws IllegalArgumentException if it has U+0000, which parts the values of a digest
   */
  void set(String value) {
    int units = value.length();
    if (units > bytes.length / BYTES_PER_UNIT_MAX) {
      bytes = new byte[Math.multiplyExact(units, BYTES_PER_UNIT_MAX)];
    }
    length = 0;
    for (int i = 0; i < units; i++) {
      char unit = CaseFolding.foldedUnit(value, i);
      if (unit == 0) {
        throw new IllegalArgumentException("a value has U+0000");
      }
      if (unit < 0x80) {
        bytes[length++] = (byte) unit;
      } else if (Character.isHighSurrogate(unit)) {
        put(CaseFolding.fold(value.codePointAt(i++)));
      } else {
        put(unit);
      }
    }
  }

  private void put(int codePoint) {
    if (codePoint < 0x800) {
      bytes[length++] = (byte) (0xC0 | (codePoint >> 6));
    } else {
      if (codePoint < 0x10000) {
        bytes[length++] = (byte) (0xE0 | (codePoint >> 12));
      } else {
        bytes[length++] = (byte) (0xF0 | (codePoint >> 18));
        bytes[length++] = continuation(codePoint >> 12);
      }
      bytes[length++] = continuation(codePoint >> 6);
    }
    bytes[length++] = continuation(codePoint);
  }

  private static byte continuation(int bits) {
    return (byte) (0x80 | (bits & 0x3F));
  }

  /**
   * Takes the decimal digits of a number.
   *
   * @throws IllegalArgumentException if it is negative
   */
  void set(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("a negative number: " + number);
    }
    int start = INT_DIGITS_MAX;
    int left = number;
    do {
      bytes[--start] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left > 0);
    length = INT_DIGITS_MAX - start;
    System.arraycopy(bytes, start, bytes, 0, length);
  }
}
