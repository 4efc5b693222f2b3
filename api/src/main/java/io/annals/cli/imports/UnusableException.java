package io.annals.cli.imports;

/** Thrown when a record cannot be imported and is to be skipped. */
final class UnusableException extends Exception {
  private static final int DETAIL_CHARS_MAX = 120;

  private final String reason;
  private final boolean alien;

  private UnusableException(String reason, String detail, boolean alien) {
    // Thrown for every bad line of a file: a stack trace would say nothing and cost much.
    super(shortened(detail), null, false, false);
    this.reason = reason;
    this.alien = alien;
  }

  /** A record of the format that lacks something or has it wrong. */
  static UnusableException defect(String reason, String detail) {
    return new UnusableException(reason, detail, false);
  }

  /** Something that is no record of the format at all. */
  static UnusableException alien(String reason, String detail) {
    return new UnusableException(reason, detail, true);
  }

  /** Why, in words that all records with the same fault share. */
  String reason() {
    return reason;
  }

  /** Whether it is no record of the format at all. */
  boolean alien() {
    return alien;
  }

  private static String shortened(String detail) {
    String line = detail.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() <= DETAIL_CHARS_MAX ? line : line.substring(0, DETAIL_CHARS_MAX) + "...";
  }
}
