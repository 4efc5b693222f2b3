package io.annals.cli.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What became of the records of an import. Safe to use from several threads. */
public final class Tally {
  static final int EXAMPLES_MAX = 3;

  private static final int REASONS_MAX = 50;
  private static final String OTHER_REASONS = "other reasons";

  private final TreeMap<String, Reason> skipped = new TreeMap<>();
  private final TreeMap<String, Reason> refused = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private long read;
  private long accepted;
  private long duplicates;
  private long resent;

  synchronized void read() {
    read++;
  }

  synchronized void stored(long newly, long before) {
    accepted += newly;
    duplicates += before;
  }

  synchronized void skipped(String reason, String place, String detail) {
    count(skipped, reason, place + ": " + detail);
  }

  synchronized void refused(String reason, String place) {
    count(refused, reason, place);
  }

  /** Fails when nothing is stored and so many are refused. */
  synchronized void failIfAllRefused(long refusedMax) throws ImportException {
    long count = refused.values().stream().mapToLong(Reason::count).sum();
    if (accepted + duplicates == 0 && count >= refusedMax) {
      throw new ImportException(
          "the server refuses every record, " + count + " so far: " + refused.firstKey());
    }
  }

  /** A request was sent again because its answer was lost or told to. */
  synchronized void resent() {
    resent++;
  }

  /** An input or the whole import could not be finished. */
  public synchronized void failed(String message) {
    failures.add(message);
  }

  /** How many records were read, used or not. */
  public synchronized long records() {
    return read;
  }

  synchronized long accepted() {
    return accepted;
  }

  synchronized long duplicates() {
    return duplicates;
  }

  synchronized long resentRequests() {
    return resent;
  }

  synchronized Map<String, Reason> skippedReasons() {
    return new TreeMap<>(skipped);
  }

  synchronized Map<String, Reason> refusedReasons() {
    return new TreeMap<>(refused);
  }

  /** What could not be finished, in words for the user. */
  public synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** Whether every record that was read is stored now. */
  public synchronized boolean isComplete() {
    return skipped.isEmpty() && refused.isEmpty() && failures.isEmpty();
  }

  private static void count(Map<String, Reason> reasons, String reason, String example) {
    // A server's reasons may quote values: however many there are, the table stays readable.
    String kept =
        reasons.containsKey(reason) || reasons.size() < REASONS_MAX ? reason : OTHER_REASONS;
    Reason before = reasons.getOrDefault(kept, new Reason(0, List.of()));
    List<String> examples = new ArrayList<>(before.examples);
    if (examples.size() < EXAMPLES_MAX) {
      examples.add(example);
    }
    reasons.put(kept, new Reason(before.count + 1, List.copyOf(examples)));
  }

  /**
   * Records that were not imported for one reason.
   *
   * @param examples the first few
   */
  record Reason(long count, List<String> examples) {}
}
