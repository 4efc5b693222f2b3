package io.annals.cli.imports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogLinesTest {
  @Test
  void equalLines_haveIdsOfTheirOwnAndTheSameAgain() throws Exception {
    List<UUID> ids = ids("a\nb\na\na\n", LogLines.WINDOW_LINES);

    assertThat(ids).hasSize(4).doesNotHaveDuplicates();
    assertThat(ids("a\nb\na\na\n", LogLines.WINDOW_LINES)).isEqualTo(ids);
  }

  @Test
  void logThatHasGrown_keepsTheIdsOfItsLines() throws Exception {
    List<UUID> ids = ids("a\nb\na\n", LogLines.WINDOW_LINES);

    assertThat(ids("a\nb\na\nb\nc\n", LogLines.WINDOW_LINES)).startsWith(ids.toArray(UUID[]::new));
  }

  @Test
  void lineThatWouldBeANumberedOne_hasAnotherId() throws Exception {
    assertThat(ids("a\na\n2\na2\na 2\n", LogLines.WINDOW_LINES)).doesNotHaveDuplicates();
  }

  @Test
  void equalLinesWithinTheWindow_areCountedAcrossItsEdge() throws Exception {
    String others = IntStream.range(0, 9).mapToObj(i -> i + "\n").collect(Collectors.joining());

    assertThat(ids("a\n" + others + "a\n" + others, 10)).doesNotHaveDuplicates();
  }

  @Test
  void equalLinesFarApart_areTakenForTheSame() throws Exception {
    String others = IntStream.range(0, 30).mapToObj(i -> i + "\n").collect(Collectors.joining());
    List<UUID> ids = ids("a\n" + others + "a\n", 10);

    assertThat(ids.get(31)).isEqualTo(ids.get(0));
  }

  private static List<UUID> ids(String text, int windowLines)
      throws IOException, UnusableException {
    LogLines lines = new LogLines(new ByteArrayInputStream(text.getBytes(UTF_8)), windowLines);
    List<UUID> ids = new ArrayList<>();
    for (LogLines.Line line = lines.next(); line != null; line = lines.next()) {
      ids.add(line.id());
    }
    return ids;
  }
}
