package io.annals.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryStringTest {
  private final List<Violation> violations = new ArrayList<>();

  private Map<String, List<String>> parse(String query) {
    return QueryString.parse(query, violations);
  }

  @Test
  void parameters_keepTheirOrderAndRepetitions() {
    assertThat(parse("b=1&a=2&b=3&&c&d=&e=f=g"))
        .isEqualTo(
            Map.of(
                "b",
                List.of("1", "3"),
                "a",
                List.of("2"),
                "c",
                List.of(""),
                "d",
                List.of(""),
                "e",
                List.of("f=g")));
    assertThat(parse("b=1&a=2").keySet()).containsExactly("b", "a");
    assertThat(QueryString.parse(null, violations)).isEmpty();
    assertThat(parse("")).isEmpty();
    assertThat(violations).isEmpty();
  }

  @Test
  void encodedText_isReadBackAlike() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(8); length >= 0; length--) {
        int point = random.nextInt(random.nextBoolean() ? 0x80 : Character.MAX_CODE_POINT);
        text.appendCodePoint(point >= 0xd800 && point < 0xe000 ? '%' : point);
      }
      String encoded = URLEncoder.encode(text.toString(), StandardCharsets.UTF_8);
      assertThat(parse("x" + encoded + "=" + encoded).get("x" + text))
          .as("seed %d: %s", seed, encoded)
          .containsExactly(text.toString());
    }
    assertThat(violations).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%",
        "%1",
        "%g0",
        "%0g",
        "%-1",
        "%ff",
        "%c3",
        "%c3x",
        "%c0%80",
        "%ed%a0%80",
        "%f4%90%80%80",
        "\u00e9",
        "a b",
        "\u007f",
        "%EF%BC%91%",
        "%\uff11\uff11"
      })
  void whatIsNotUtf8InPercentEncoding_isAViolationOfItsParameter(String value) {
    assertThat(parse("a=1&b=" + value)).containsOnlyKeys("a");
    assertThat(violations).hasSize(1);
    assertThat(violations.get(0).path()).containsExactly("b");
    assertThat(parse(value + "=1")).isEmpty();
    assertThat(violations.get(1).path()).containsExactly(value);
  }
}
