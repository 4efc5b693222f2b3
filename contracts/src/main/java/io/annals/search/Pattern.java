package io.annals.search;

/**
 * Text to look for unit by unit, in a time that grows with the searched text only (Knuth, Morris,
 * Pratt 1977): nobody can slow a search down by choosing repetitive values and a term that almost
 * occurs in them.
 */
final class Pattern {
  private final String text;

  /** For each prefix, how much of its end is a shorter prefix too. */
  private final int[] borders;

  Pattern(String text) {
    this.text = text;
    borders = new int[text.length()];
    for (int i = 1; i < borders.length; i++) {
      borders[i] = next(borders[i - 1], text.charAt(i));
    }
  }

  /** How many units match after this one, if so many matched before it and not all. */
  int next(int matched, char unit) {
    int length = matched;
    while (text.charAt(length) != unit) {
      if (length == 0) {
        return 0;
      }
      length = borders[length - 1];
    }
    return length + 1;
  }

  /** Whether so many units are the whole. */
  boolean isWhole(int matched) {
    return matched == borders.length;
  }

  /** Where this occurs in other text at or after an index, or -1. */
  int indexIn(String other, int from) {
    int matched = 0;
    for (int i = from; i < other.length(); i++) {
      matched = next(matched, other.charAt(i));
      if (isWhole(matched)) {
        return i + 1 - matched;
      }
    }
    return -1;
  }
}
