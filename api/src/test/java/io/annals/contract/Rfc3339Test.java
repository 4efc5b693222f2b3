package io.annals.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {
  private static final long FIRST = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  @Test
  void parse_agreesWithJavaTime() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      long day = 86_400;
      Instant instant =
          Instant.ofEpochSecond(
              FIRST + day + (long) (random.nextDouble() * (LAST - FIRST - 2 * day)),
              random.nextInt(1_000_000_000));
      ZoneOffset offset = ZoneOffset.ofTotalSeconds(60 * (random.nextInt(2 * 1080) - 1080));
      String text =
          OffsetDateTime.ofInstant(instant, offset).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
      // java.time leaves out seconds that are zero; RFC 3339 does not.
      if (text.charAt(16) == ':') {
        String written = random.nextBoolean() ? text : text.toLowerCase(Locale.ROOT);
        assertThat(Rfc3339.parse(written)).as("seed %d: %s", seed, text).isEqualTo(instant);
      }
    }
  }

  @Test
  void format_isReadBackAlike() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      long millis = FIRST * 1000 + (long) (random.nextDouble() * (LAST - FIRST) * 1000);
      String text = Rfc3339.format(millis);
      assertThat(text).as("seed %d", seed).hasSize(24).endsWith("Z");
      assertThat(Instant.parse(text).toEpochMilli()).as("seed %d", seed).isEqualTo(millis);
      assertThat(Rfc3339.parse(text)).isEqualTo(Instant.ofEpochMilli(millis));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026",
        "2026-01-01",
        "2026-01-01T00:00Z",
        "2026-01-01T00:00:00",
        "2026-1-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00,5Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+01:60",
        "2026-01-01T00:00:00+0100",
        "2026-01-01T00:00:00+01",
        "2026-01-01T00:00:00 01:00",
        "2026-01-01T00:00:00ZZ",
        "2026-01-01T00:00:00Z ",
        " 2026-01-01T00:00:00Z",
        "2026-01-01 00:00:00Z",
        "+026-01-01T00:00:00Z",
        "12026-01-01T00:00:00Z",
        "٢٠٢٦-01-01T00:00:00Z",
        "2026-01-01T-1:00:00Z",
        "0000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "999B-12-31T23:59:59-00:01",
        "/000-12-31T23:59:59-00:01"
      })
  void anythingElse_isNoDateTime(String text) {
    assertThat(Rfc3339.parse(text)).isNull();
  }

  @Test
  void fractions_areReadToTheNanosecond() {
    assertThat(Rfc3339.parse("2026-01-01T00:00:00.1234567899999Z"))
        .isEqualTo(Instant.parse("2026-01-01T00:00:00.123456789Z"));
  }

  @Test
  void leapSecond_isTheLastMomentOfItsMinute() {
    assertThat(Rfc3339.parse("2016-12-31T23:59:60.5Z"))
        .isEqualTo(Instant.parse("2016-12-31T23:59:59.999999999Z"));
  }
}
