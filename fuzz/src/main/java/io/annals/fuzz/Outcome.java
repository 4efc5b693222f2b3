package io.annals.fuzz;

/**
 * What came of fuzzing one target.
 *
 * @param executions how many inputs were checked
 * @param findings inputs that broke a rule, each in a way of its own
 * @param inputs inputs that each reach something that no other does; the fuzzer goes on from them
 */
record Outcome(String target, long executions, long seconds, int findings, int inputs) {
  static final String HEADING = "target         executions  seconds  findings  corpus";

  @Override
  public String toString() {
    return "%-14s %,10d %8d %9d %7d".formatted(target, executions, seconds, findings, inputs);
  }
}
