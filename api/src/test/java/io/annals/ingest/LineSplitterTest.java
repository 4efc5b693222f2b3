package io.annals.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineSplitterTest {
  private static final int MAX = LineSplitter.LINE_BYTES_MAX;
  private static final String TOO_LONG = "(too long)";

  /** The lines of a text that comes in pieces of these lengths, again from the first. */
  private static List<String> lines(String text, int... lengths) {
    LineSplitter splitter = new LineSplitter();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>();
    int at = 0;
    for (int i = 0; at < bytes.length; i++) {
      int end = Math.min(bytes.length, at + lengths[i % lengths.length]);
      splitter.feed(Arrays.copyOfRange(bytes, at, end), end - at);
      at = end;
      while (splitter.next()) {
        lines.add(line(splitter));
      }
    }
    if (splitter.last()) {
      lines.add(line(splitter));
    }
    return lines;
  }

  private static String line(LineSplitter splitter) {
    if (splitter.isTooLong()) {
      return TOO_LONG;
    }
    int length = splitter.to() - splitter.from();
    return new String(splitter.bytes(), splitter.from(), length, StandardCharsets.UTF_8);
  }

  @Test
  void lines_areTheSame_whereverTheTextIsCut() {
    String text = "one\r\n\n  \ntwo äöü\nthree\r\r\n{\"a\":\"\\n\"}\n\r\nlast";
    List<String> expected =
        List.of("one", "", "  ", "two äöü", "three\r", "{\"a\":\"\\n\"}", "", "last");
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    for (int first = 1; first <= length; first++) {
      for (int second = 1; second <= length; second++) {
        assertThat(lines(text, first, second, length)).isEqualTo(expected);
      }
    }
  }

  @Test
  void lastLine_countsWithItsEndAndWithout() {
    assertThat(lines("a\nb", 10)).containsExactly("a", "b");
    assertThat(lines("a\nb\n", 10)).containsExactly("a", "b");
    assertThat(lines("a\nb\n\n", 10)).containsExactly("a", "b", "");
    assertThat(lines("", 10)).isEmpty();
  }

  @Test
  void longLine_isPassedOver_fromOneByteTooMany() {
    for (int piece : new int[] {1000, 8192, MAX, MAX + 1, MAX + 2, 10 * MAX}) {
      String longest = "x".repeat(MAX);
      String text = "a\n" + longest + "\n" + longest + "y\nb\n" + longest + "\r\n" + longest + "z";
      assertThat(lines(text, piece))
          .as("pieces of %d", piece)
          .containsExactly("a", longest, TOO_LONG, "b", longest, TOO_LONG);
      assertThat(lines(longest.repeat(5) + "\nb\n", piece)).containsExactly(TOO_LONG, "b");
    }
  }

  @Test
  void randomText_isSplitAsByTheLanguage() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(200); i > 0; i--) {
        text.append("ab\n\nä\u000b".charAt(random.nextInt(6)));
      }
      List<String> expected = new ArrayList<>(List.of(text.toString().split("\n", -1)));
      if (expected.get(expected.size() - 1).isEmpty()) {
        expected.remove(expected.size() - 1);
      }
      int[] lengths = {1 + random.nextInt(20), 1 + random.nextInt(5), 1 + random.nextInt(40)};
      assertThat(lines(text.toString(), lengths)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void blankLines_areOfSpacesAndTabsOnly() {
    for (String text : List.of("\n", " \n", "\t \r\n", "x\n", " x\n", "\u000b\n")) {
      LineSplitter splitter = new LineSplitter();
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      splitter.feed(bytes, bytes.length);
      assertThat(splitter.next()).isTrue();
      assertThat(splitter.isBlank()).as("<%s>", text).isEqualTo(text.matches("[ \t\r\n]*"));
    }
  }
}
