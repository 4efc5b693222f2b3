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
      double slack,
      boolean met) {
    /** Times and sizes have fractions, rates do not. */
    String format() {
      return unit.equals("ms") || unit.equals("MiB") ? "%12.3f" : "%,12.0f";
    }

    String goalText() {
      String ratio = "%s %.2f".formatted(goal == Goal.AT_LEAST ? "≥" : "≤", target);
      return slack == 0 ? ratio : "%s or +%.1f %s".formatted(ratio, slack, unit);
    }
  }

  private final List<Row> rows = new ArrayList<>();

  /** A rate, to be at least this part of the other. */
  void rate(String what, double annals, double other, String unit, double target) {
    double ratio = annals / other;
    rows.add(new Row(what, annals, other, unit, ratio, Goal.AT_LEAST, target, 0, ratio >= target));
  }

  /** A time, to be at most this multiple of the other, or this much above it. */
  void time(String what, double annals, double other, double target, double slackMillis) {
    atMost(what, annals, other, "ms", target, slackMillis);
  }

  /** A size in memory, to be at most this multiple of the other, or this much above it. */
  void size(String what, double annals, double other, double target, double slackMib) {
    atMost(what, annals, other, "MiB", target, slackMib);
  }

  private void atMost(
      String what, double annals, double other, String unit, double target, double slack) {
    double ratio = annals / other;
    boolean met = ratio <= target || annals - other <= slack;
    rows.add(new Row(what, annals, other, unit, ratio, Goal.AT_MOST, target, slack, met));
  }

  void print(PrintStream out) {
    out.printf(
        "%n%-52s %12s %12s %-9s %6s  %s%n", "", "Annals", "beside it", "", "ratio", "target");
    for (Row row : rows) {
      out.printf(
          "%-52s " + row.format() + " " + row.format() + " %-9s %6.2f  %-18s %s%n",
          row.what(),
          row.annals(),
          row.other(),
          row.unit(),
          row.ratio(),
          row.goalText(),
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
              .put("slack", row.slack())
              .put("met", row.met()));
    }
    return new JsonObject()
        .put("processors", Runtime.getRuntime().availableProcessors())
        .put("results", results);
  }
}
