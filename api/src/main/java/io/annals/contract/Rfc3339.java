package io.annals.contract;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Date-times of RFC 3339, section 5.6: any offset, any number of fraction digits, "T" and "Z" in
 * any case. Written by hand because every event carries one; java.time's parser takes about 20
 * times as long and does not know RFC 3339's form exactly.
 */
public final class Rfc3339 {
  private static final int SECONDS_END = 19;

  private Rfc3339() {}

  /** The instant, with nanoseconds at most, or null if the text is not a date-time. */
  public static @Nullable Instant parse(String text) {
    if (text.length() <= SECONDS_END
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || (text.charAt(10) | 0x20) != 't'
        || text.charAt(13) != ':'
        || text.charAt(16) != ':') {
      return null;
    }
    int end = SECONDS_END;
    int nanos = 0;
    if (text.charAt(end) == '.') {
      int scale = 100_000_000;
      int first = ++end;
      while (end < text.length() && isDigit(text.charAt(end))) {
        nanos += (text.charAt(end++) - '0') * scale;
        scale /= 10;
      }
      if (end == first) {
        return null;
      }
    }
    Integer offsetSeconds = offset(text, end);
    return offsetSeconds == null ? null : instant(text, nanos, offsetSeconds);
  }

  private static @Nullable Instant instant(String text, int nanos, int offsetSeconds) {
    int second = number(text, 17, 19);
    boolean leap = second == 60; // becomes the last moment of its minute: clocks here have none
    try {
      LocalDateTime local =
          LocalDateTime.of(
              number(text, 0, 4),
              number(text, 5, 7),
              number(text, 8, 10),
              number(text, 11, 13),
              number(text, 14, 16),
              leap ? 59 : second);
      LocalDateTime utc = local.minusSeconds(offsetSeconds);
      if (utc.getYear() < 0 || utc.getYear() > 9999) {
        return null; // could not be written in UTC
      }
      return utc.withNano(leap ? 999_999_999 : nanos).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static @Nullable Integer offset(String text, int start) {
    int left = text.length() - start;
    if (left == 1 && (text.charAt(start) | 0x20) == 'z') {
      return 0;
    }
    if (left != 6 || text.charAt(start + 3) != ':') {
      return null;
    }
    int hours = number(text, start + 1, start + 3);
    int minutes = number(text, start + 4, start + 6);
    char sign = text.charAt(start);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || (sign != '+' && sign != '-')) {
      return null;
    }
    int seconds = hours * 3600 + minutes * 60;
    return sign == '-' ? -seconds : seconds;
  }

  /** The digits as a number, or one that no date accepts, even as a year, if not all are digits. */
  private static int number(String text, int start, int end) {
    int number = 0;
    for (int i = start; i < end; i++) {
      char digit = text.charAt(i);
      if (!isDigit(digit)) {
        return Integer.MIN_VALUE;
      }
      number = number * 10 + digit - '0';
    }
    return number;
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }

  /** Writes UTC with milliseconds, such as {@code 2026-11-21T09:30:00.000Z}. */
  public static String format(long epochMillis) {
    long seconds = Math.floorDiv(epochMillis, 1000L);
    LocalDateTime time = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
    char[] out = "0000-00-00T00:00:00.000Z".toCharArray();
    digits(out, 0, 4, time.getYear());
    digits(out, 5, 2, time.getMonthValue());
    digits(out, 8, 2, time.getDayOfMonth());
    digits(out, 11, 2, time.getHour());
    digits(out, 14, 2, time.getMinute());
    digits(out, 17, 2, time.getSecond());
    digits(out, 20, 3, Math.floorMod(epochMillis, 1000));
    return new String(out);
  }

  private static void digits(char[] out, int start, int count, int number) {
    int rest = number;
    for (int i = start + count - 1; i >= start; i--) {
      out[i] = (char) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
