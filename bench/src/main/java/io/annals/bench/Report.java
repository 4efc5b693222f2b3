package io.annals.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** What was measured, as a table for people and as JSON for programs. */
final class Report {
  /** Which way a ratio has to lie from its target. */
  enum Goal {
    AT_LEAST,
    AT_MOST
  }

  private record Row(
      String what,
      double annals,
      double other,
      String unit,
      double ratio,
      Goal goal,
      double target,
      boolean met) {}

  private final List<Row> rows = new ArrayList<>();

  /** A rate, to be at least this part of the other. */
  void rate(String what, double annals, double other, String unit, double target) {
    double ratio = annals / other;
    rows.add(new Row(what, annals, other, unit, ratio, Goal.AT_LEAST, target, ratio >= target));
  }

  /** A time, to be at most this multiple of the other, or this much above it. */
  void time(String what, double annals, double other, double target, double slackMillis) {
    double ratio = annals / other;
    boolean met = ratio <= target || annals - other <= slackMillis;
    rows.add(new Row(what, annals, other, "ms", ratio, Goal.AT_MOST, target, met));
  }

  void print(PrintStream out) {
    out.printf(
        "%n%-52s %12s %12s %-9s %6s  %s%n", "", "Annals", "beside it", "", "ratio", "target");
    for (Row row : rows) {
      String format = row.unit().equals("ms") ? "%12.3f" : "%,12.0f";
      out.printf(
          "%-52s " + format + " " + format + " %-9s %6.2f  %s %.2f  %s%n",
          row.what(),
          row.annals(),
          row.other(),
          row.unit(),
          row.ratio(),
          row.goal() == Goal.AT_LEAST ? "≥" : "≤",
          row.target(),
          row.met() ? "met" : "MISSED");
    }
  }

  JsonObject json() {
    JsonArray results = new JsonArray();
    for (Row row : rows) {
      results.add(
          new JsonObject()
              .put("what", row.what())
              .put("annals", row.annals())
              .put("beside", row.other())
              .put("unit", row.unit())
              .put("ratio", row.ratio())
              .put("goal", row.goal().name())
              .put("target", row.target())
              .put("met", row.met()));
    }
    return new JsonObject()
        .put("processors", Runtime.getRuntime().availableProcessors())
        .put("results", results);
  }
}
