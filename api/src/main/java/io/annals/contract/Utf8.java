package io.annals.contract;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Tells UTF-8 from other bytes: JSON parsers read UTF-16 too, and take what is neither for text.
 */
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final long HIGH_BITS = 0x8080808080808080L;

  /** JSON begins with two ASCII characters at least; in UTF-16 and UTF-32, zeros are among them. */
  private static final int HEAD_BYTES = 4;

  private Utf8() {}

  /** Whether these bytes are text in UTF-8 that does not begin with a zero. */
  static boolean isText(byte[] bytes, int from, int to) {
    for (int i = from; i < Math.min(from + HEAD_BYTES, to); i++) {
      if (bytes[i] == 0) {
        return false;
      }
    }
    return isAscii(bytes, from, to)
        || ByteBufUtil.isText(
            Unpooled.wrappedBuffer(bytes, from, to - from), StandardCharsets.UTF_8);
  }

  private static boolean isAscii(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      if (((long) LONGS.get(bytes, i) & HIGH_BITS) != 0) {
        return false;
      }
    }
    for (; i < to; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }
}
