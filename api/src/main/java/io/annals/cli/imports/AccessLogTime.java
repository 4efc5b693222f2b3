package io.annals.cli.imports;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** A time as access logs write it: {@code 17/May/2015:10:05:03 +0000}. */
final class AccessLogTime {
  /** How long every such time is. */
  static final int CHARS = 26;

  private static final String SHAPE = "00/Xxx/0000:00:00:00 +0000";
  private static final int MONTH_AT = SHAPE.indexOf('X');
  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  private AccessLogTime() {}

  /** The time that stands at this place, in epoch milliseconds, if one does. */
  static OptionalLong parse(String line, int at) {
    if (at + CHARS > line.length() || !hasShape(line, at)) {
      return OptionalLong.empty();
    }
    int month = 1 + MONTHS.indexOf(line.substring(at + MONTH_AT, at + MONTH_AT + 3));
    int hour = two(line, at + 12);
    int minute = two(line, at + 15);
    int second = two(line, at + 18);
    int offsetMinute = two(line, at + 24);
    // A leap second is a second 60.
    if (hour > 23 || minute > 59 || second > 60 || offsetMinute > 59) {
      return OptionalLong.empty();
    }
    try {
      int year = 100 * two(line, at + 7) + two(line, at + 9);
      long days = LocalDate.of(year, month, two(line, at)).toEpochDay();
      int offsetMinutes = 60 * two(line, at + 22) + offsetMinute;
      long minutes = 60 * (24 * days + hour) + minute;
      minutes -= line.charAt(at + 21) == '-' ? -offsetMinutes : offsetMinutes;
      return OptionalLong.of(TimeUnit.SECONDS.toMillis(60 * minutes + second));
    } catch (DateTimeException e) {
      return OptionalLong.empty(); // 31 February, or no month at all
    }
  }

  private static boolean hasShape(String line, int at) {
    for (int i = 0; i < CHARS; i++) {
      char c = line.charAt(at + i);
      boolean fits =
          switch (SHAPE.charAt(i)) {
            case '0' -> c >= '0' && c <= '9';
            case '+' -> c == '+' || c == '-';
            case 'X', 'x' -> true;
            default -> c == SHAPE.charAt(i);
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static int two(String line, int at) {
    return 10 * (line.charAt(at) - '0') + line.charAt(at + 1) - '0';
  }
}
