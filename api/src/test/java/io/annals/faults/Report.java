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
      256 MiB of heap run in processes of their own, on a real PostgreSQL or Cassandra behind a link
      that can be cut, slowed and silenced. About 15 clients write audit batches and activity, as
      JSON, as lines, gzipped, and as slow streams, with a bad event now and then; each sends a body
      again, with the same ids, until it knows what became of it. Four more follow lists from their
      beginning to their end again and again. Afterwards everything that was acknowledged is listed
      exactly once, no reader missed what was acknowledged before it began, nothing that was refused
      is there, and counts are what is listed.

      A client whose connection ends with an answer, as those of a server that stops do, goes to the
      other server if there is one. *Refused* requests were answered 429 or 503 with `Retry-After`; those *cut off* had no answer;
      both were sent again. *Back after*: from the end of the fault until every writer and every
      reader was served again, at worst. *Gap*: the longest that nothing was acknowledged of one of
      the streams, the fault included. *p99* is that of acknowledged writes, the fault included.
      Clocks are put off at clients only, not at servers.

      """;
}
