package io.annals.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One row for each fault: printed when it is over, and all of them as a page in Markdown. */
final class Report {
  /** Where the page goes. */
  private static final Path FILE =
      Path.of(System.getProperty("annals.it.faults.report", "target/faults/reliability.md"));

  private static final int NAME_CHARS = 66;
  private static final int NUMBER_CHARS = 11;

  private final List<Row> rows = new ArrayList<>();

  Report() {
    print(line(Row.HEAD));
  }

  void add(Row row) {
    rows.add(row);
    print(line(row.cells()));
  }

  private static String line(List<String> cells) {
    return IntStream.range(0, cells.size())
        .mapToObj(
            i ->
                i == 0
                    ? String.format("%-" + NAME_CHARS + "s", cells.get(i))
                    : String.format("%" + NUMBER_CHARS + "s", cells.get(i)))
        .collect(Collectors.joining(" "));
  }

  private static void print(String line) {
    System.out.println(line);
  }

  void write() {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    page.append(markdown(Row.HEAD));
    page.append("|---|").append("--:|".repeat(Row.HEAD.size() - 1)).append('\n');
    rows.forEach(row -> page.append(markdown(row.cells())));
    try {
      Files.createDirectories(FILE.toAbsolutePath().getParent());
      Files.writeString(FILE, page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String markdown(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static final String INTRODUCTION =
      """
      # What Annals withstands

      Written by `make test-faults`; `make test` runs most of the faults in a shorter form. Servers of
      256 MiB of heap run in processes of their own, on a real PostgreSQL behind a link that can be
      cut, slowed and silenced, on the PostgreSQL that Annals runs itself, or on a real Cassandra. 13
      clients (42 where it says *flood*) write audit batches and activity, as JSON, as lines, gzipped,
      and as slow streams, with a bad event now and then; each sends a body again, with the same ids,
      until it knows what became of it. Four more follow lists from their beginning to their end again
      and again. Afterwards everything that was acknowledged is listed exactly once, no reader missed
      what was acknowledged before it began, nothing that was refused is there, and counts are what is
      listed.

      A client whose connection ends with an answer, as those of a server that stops do, goes to the
      other server if there is one. *Refused* requests were answered 429 or 503 with `Retry-After`;
      those *cut off* had no answer; both were sent again. *Back after*: from the end of the fault,
      when what was killed runs again, until every reader and every writer but the slow streams was
      served again, at worst; how long the start took is in *gap*, the longest that nothing was
      acknowledged of one of the streams. *p99* is that of acknowledged writes but the slow streams,
      the fault included. Clocks are put off at clients only, not at servers. Of connections that the
      network forgot nobody is told: a statement on one is given up after 10 s, and those that say
      nothing for 15 s are cut.

      """;
}
