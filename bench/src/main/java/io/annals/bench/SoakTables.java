package io.annals.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What a soak showed, minute by minute, and what of it must not grow. */
final class SoakTables {
  private static final double P99 = 99;
  private static final double TIMES_MAX = 2;
  private static final double HEAP_RATIO_MAX = 1.2;
  private static final double HEAP_SLACK_MIB = 16;

  private record Minute(Map<String, Histogram> micros, double heapMib, double residentMib) {}

  private final List<String> kinds;
  private final Map<String, String> rates = new LinkedHashMap<>();
  private final List<Minute> minutes = new ArrayList<>();

  SoakTables(List<String> kinds) {
    this.kinds = kinds;
  }

  void rate(String kind, double capacityPerSecond, double perSecond) {
    rates.put(kind, "%.1f | %.1f".formatted(capacityPerSecond, perSecond));
  }

  /** Adds a minute, and shows it. */
  void minute(Map<String, Histogram> micros, double heapMib, double residentMib) {
    minutes.add(new Minute(micros, heapMib, residentMib));
    System.err.println("  " + row(minutes.size()));
  }

  private String row(int minute) {
    Minute shown = minutes.get(minute - 1);
    StringBuilder row = new StringBuilder("| %2d |".formatted(minute));
    kinds.forEach(kind -> row.append(" %7.1f |".formatted(millis(shown.micros().get(kind), P99))));
    return row.append(" %6.1f | %7.0f |".formatted(shown.heapMib(), shown.residentMib()))
        .toString();
  }

  private static double millis(Histogram micros, double percentile) {
    return micros.getValueAtPercentile(percentile) / 1e3;
  }

  private Histogram all(String kind) {
    Histogram all = new Histogram(3);
    minutes.forEach(minute -> all.add(minute.micros().get(kind)));
    return all;
  }

  void report(Report report) {
    Minute first = minutes.get(0);
    for (String kind : kinds) {
      report.time(
          "soak, 99 % of " + kind + ", beside minute 1",
          millis(all(kind), P99),
          millis(first.micros().get(kind), P99),
          TIMES_MAX,
          0);
    }
    double last = minutes.get(minutes.size() - 1).heapMib();
    report.size(
        "soak, heap, last beside first minute",
        last,
        first.heapMib(),
        HEAP_RATIO_MAX,
        HEAP_SLACK_MIB);
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append(
        "| | capacity a second | done a second | times | median | 99 % | 99 % of minute 1 |\n");
    text.append("|---|---|---|---|---|---|---|\n");
    for (String kind : kinds) {
      Histogram all = all(kind);
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %,d | %.1f ms | %.1f ms | %.1f ms |%n",
              kind,
              rates.get(kind),
              all.getTotalCount(),
              millis(all, 50),
              millis(all, P99),
              millis(minutes.get(0).micros().get(kind), P99)));
    }
    text.append(
        "\n99 % by minute, in milliseconds; reachable heap and resident memory in MiB:\n\n");
    text.append("| | ").append(String.join(" | ", kinds)).append(" | heap | resident |\n");
    text.append("|---".repeat(kinds.size() + 3)).append("|\n");
    for (int minute = 1; minute <= minutes.size(); minute++) {
      text.append(row(minute)).append('\n');
    }
    return text.toString();
  }
}
