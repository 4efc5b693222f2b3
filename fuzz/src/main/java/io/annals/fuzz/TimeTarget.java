package io.annals.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.contract.Rfc3339;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Date-times: taken if they have RFC 3339's form and java.time knows the instant, which it is. */
final class TimeTarget implements Target {
  private static final Pattern FORM =
      Pattern.compile(
          "[0-9]{4}(-[0-9]{2}){2}[Tt]([0-9]{2}:){2}[0-9]{2}(\\.[0-9]+)?"
              + "([Zz]|[+-][0-9]{2}:[0-9]{2})");

  /** What java.time does not read: leap seconds, offsets beyond 18 hours, picoseconds. */
  private static final Pattern BEYOND_JAVA =
      Pattern.compile(".{17}60.*|.*[+-](18:[^0].|18:0[^0]|19|2).{0,4}|.*\\.[0-9]{10,}.*");

  @Override
  public void check(byte[] input) {
    String text = new String(input, ISO_8859_1);
    Instant parsed = Rfc3339.parse(text);
    boolean hasForm = FORM.matcher(text).matches();
    if (!hasForm || !BEYOND_JAVA.matcher(text).matches()) {
      assertThat(parsed).isEqualTo(hasForm ? java(text) : null);
    }
    if (parsed != null) {
      long millis = parsed.toEpochMilli();
      assertThat(Rfc3339.parse(Rfc3339.format(millis))).isEqualTo(Instant.ofEpochMilli(millis));
    }
  }

  /** Null also for what is in no year of four digits when it is written in UTC. */
  private static @Nullable Instant java(String text) {
    try {
      Instant instant = OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant();
      int year = instant.atOffset(ZoneOffset.UTC).getYear();
      return year < 0 || year > 9999 ? null : instant;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
