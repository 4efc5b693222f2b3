package io.annals.search;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Distinct byte strings in the order in which they came, each with the strips that it occurs in: an
 * open-addressing hash table over one array of bytes, which allocates nothing for a known value.
 */
final class ValueTable {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  // Senders choose the values: secret numbers keep them from choosing colliding ones.
  private static final long SEED = new SecureRandom().nextLong();
  private static final long MULTIPLIER = new SecureRandom().nextLong() | 1;

  private static final long HASH = 0xFFFFFFFF_00000000L; // its half of a slot

  private byte[] text = new byte[1024];
  private int textLength;
  private int[] ends = new int[64];
  private long[] masks = new long[64];
  private int count;
  private long[] slots = new long[128]; // hash and, in the lower half, 1 + index of the value

  int sizeBytes() {
    return Digest.sizeBytes(textLength, count);
  }

  /** Notes that a value occurs in these strips. */
  void add(byte[] bytes, int from, int to, long mask) {
    long hash = hash(bytes, from, to) & HASH;
    int slot = slot(hash);
    while (slots[slot] != 0) {
      int value = (int) slots[slot] - 1;
      if ((slots[slot] & HASH) == hash && isEqual(value, bytes, from, to)) {
        masks[value] |= mask;
        return;
      }
      slot = next(slot);
    }
    append(bytes, from, to, mask);
    slots[slot] = hash | count;
    if (count > slots.length / 2) {
      growSlots();
    }
  }

  private void append(byte[] bytes, int from, int to, long mask) {
    int end = textLength + to - from;
    if (end >= text.length) {
      text = Arrays.copyOf(text, Math.max(end + 1, 2 * text.length));
    }
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, 2 * count);
      masks = Arrays.copyOf(masks, 2 * count);
    }
    System.arraycopy(bytes, from, text, textLength, to - from);
    ends[count] = end;
    masks[count++] = mask;
    textLength = end + 1; // the byte 0 parts the values
  }

  private boolean isEqual(int value, byte[] bytes, int from, int to) {
    int start = value == 0 ? 0 : ends[value - 1] + 1;
    return Arrays.equals(text, start, ends[value], bytes, from, to);
  }

  private void growSlots() {
    long[] old = slots;
    slots = new long[2 * old.length];
    for (long entry : old) {
      if (entry != 0) {
        int slot = slot(entry);
        while (slots[slot] != 0) {
          slot = next(slot);
        }
        slots[slot] = entry;
      }
    }
  }

  private int slot(long hash) {
    return (int) (hash >>> 32) & (slots.length - 1);
  }

  private int next(int slot) {
    return (slot + 1) & (slots.length - 1);
  }

  private static long hash(byte[] bytes, int from, int to) {
    long hash = SEED ^ (to - from);
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      hash = mix(hash ^ (long) LONG.get(bytes, i));
    }
    long rest = 0;
    for (; i < to; i++) {
      rest = (rest << 8) | (bytes[i] & 0xFF);
    }
    return mix(hash ^ rest);
  }

  private static long mix(long bits) {
    return Math.multiplyHigh(bits, MULTIPLIER) ^ (bits * MULTIPLIER);
  }

  Digest toDigest(long occupied, long opaque) {
    return new Digest(
        new String(text, 0, textLength, StandardCharsets.ISO_8859_1),
        Arrays.copyOf(ends, count),
        Arrays.copyOf(masks, count),
        occupied,
        opaque);
  }
}
