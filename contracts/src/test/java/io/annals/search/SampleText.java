package io.annals.search;

import java.util.Random;

/** Random text in which case is delicate. */
final class SampleText {
  private static final int[] LETTERS =
      ("aAbBkK\u212asS\u017fß\u1e9eiI\u0130\u0131ωΩ\u2126Σσς\u00e9\u00c9\uff21\uff41\ufb05\ufb06"
              + "\u0390\u1fd3\uab70\u13a0\u13f0\u13f8\u023a\u2c65𐐀𐐨𐐁𐐩𞤀𞤢😀0123456789./-)")
          .codePoints()
          .toArray();

  private SampleText() {}

  /** From no to this many code points. */
  static String any(Random random, int codePointsMax) {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(codePointsMax + 1); left > 0; left--) {
      text.appendCodePoint(LETTERS[random.nextInt(LETTERS.length)]);
    }
    return text.toString();
  }

  /** A part of the value, its letters in other cases. */
  static String cut(Random random, String value) {
    int[] codePoints = value.codePoints().toArray();
    int from = random.nextInt(codePoints.length + 1);
    int to = from + random.nextInt(codePoints.length - from + 1);
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      int letter = codePoints[i];
      switch (random.nextInt(3)) {
        case 0 -> text.appendCodePoint(Character.toUpperCase(letter));
        case 1 -> text.appendCodePoint(Character.toLowerCase(letter));
        default -> text.appendCodePoint(letter);
      }
    }
    return text.toString();
  }
}
