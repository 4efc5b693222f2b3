package io.annals.cli.imports;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The table that an import ends with. */
public final class Summary {
  private final Map<String, String> rows = new LinkedHashMap<>();
  private final Tally tally;

  private Summary(Tally tally) {
    this.tally = tally;
  }

  /** Prints what became of the records at this target, and how long that took. */
  public static void print(Tally tally, Target target, Duration taken, PrintWriter out) {
    Summary summary = new Summary(tally);
    summary.rows(target, taken);
    summary.print(out);
  }

  private void rows(Target target, Duration taken) {
    double seconds = Math.max(taken.toMillis(), 1) / 1000.0;
    rows.put("records read", number(tally.records()));
    if (target.tellsDuplicates()) {
      rows.put("stored", number(tally.accepted()));
      rows.put("duplicates (stored before)", number(tally.duplicates()));
    } else {
      rows.put("stored, now or before", number(tally.accepted() + tally.duplicates()));
    }
    reasons("skipped", tally.skippedReasons());
    reasons("refused by the server", tally.refusedReasons());
    if (tally.resentRequests() > 0) {
      rows.put("requests sent again", number(tally.resentRequests()));
    }
    rows.put("time", String.format(Locale.ROOT, "%,.1f s", seconds));
    rows.put("rate", number(Math.round(tally.records() / seconds)) + " records/s");
  }

  private void reasons(String title, Map<String, Tally.Reason> reasons) {
    rows.put(title, number(reasons.values().stream().mapToLong(Tally.Reason::count).sum()));
    reasons.forEach((reason, found) -> rows.put("  " + reason, number(found.count())));
  }

  private void print(PrintWriter out) {
    int names = rows.keySet().stream().mapToInt(String::length).max().orElse(1);
    // Units stand behind the aligned numbers.
    int numbers = rows.values().stream().mapToInt(v -> v.split(" ", 2)[0].length()).max().orElse(1);
    rows.forEach(
        (name, value) -> {
          String[] parts = value.split(" ", 2);
          String unit = parts.length == 2 ? " " + parts[1] : "";
          out.printf("%-" + names + "s  %" + numbers + "s%s%n", name, parts[0], unit);
        });
    examples("skipped", tally.skippedReasons(), out);
    examples("refused", tally.refusedReasons(), out);
    out.flush();
  }

  private static void examples(String title, Map<String, Tally.Reason> reasons, PrintWriter out) {
    reasons.forEach(
        (reason, found) -> {
          out.printf("%n%s, %s:%n", title, reason);
          found.examples().forEach(example -> out.printf("  %s%n", example));
          if (found.count() > found.examples().size()) {
            out.printf("  and %s more%n", number(found.count() - found.examples().size()));
          }
        });
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
