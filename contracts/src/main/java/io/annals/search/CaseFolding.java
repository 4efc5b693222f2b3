package io.annals.search;

import java.util.Arrays;

/**
 * Unicode's simple case folding: status C and S of its CaseFolding.txt, in the version that the JDK
 * knows. It maps one code point to one, never across the Basic Multilingual Plane's border, and
 * keeps the high half of a surrogate pair, so that text keeps its length in UTF-16 and can be
 * folded unit by unit.
 */
final class CaseFolding {
  /** Equal where the folding is: it grows with the Unicode versions that JDKs know. */
  static final int FINGERPRINT;

  private static final char[] FOLDED = new char[Character.MAX_VALUE + 1];

  static {
    for (int unit = 0; unit < FOLDED.length; unit++) {
      FOLDED[unit] = (char) fold(unit);
    }
    int fingerprint = Arrays.hashCode(FOLDED);
    for (int codePoint = 0x10000; codePoint < 0x20000; codePoint++) { // the last plane with case
      fingerprint = 31 * fingerprint + fold(codePoint);
    }
    FINGERPRINT = fingerprint;
  }

  private CaseFolding() {}

  /** The folded code point. */
  static int fold(int codePoint) {
    return switch (codePoint) {
      case 0x0130, 0x0131 -> codePoint; // Turkic i with and without a dot, folded in status T only
      case 0x1FD3 -> 0x0390; // the same letters, decomposed in another way
      case 0x1FE3 -> 0x03B0;
      case 0xFB05 -> 0xFB06;
      default -> {
        int upper = Character.toUpperCase(codePoint);
        boolean cherokee = upper >= 0x13A0 && upper <= 0x13F5; // folded to its capitals
        yield cherokee ? upper : Character.toLowerCase(upper);
      }
    };
  }

  /** The folded UTF-16 unit at an index of well-formed text. */
  static char foldedUnit(String text, int index) {
    char unit = text.charAt(index);
    return Character.isLowSurrogate(unit)
        ? Character.lowSurrogate(fold(text.codePointAt(index - 1)))
        : FOLDED[unit];
  }

  /** The folded text; the same instance where nothing needs folding. */
  static String fold(String text) {
    int length = text.length();
    int changed = 0;
    while (changed < length && foldedUnit(text, changed) == text.charAt(changed)) {
      changed++;
    }
    if (changed == length) {
      return text;
    }
    char[] units = text.toCharArray();
    for (int i = changed; i < length; i++) {
      units[i] = foldedUnit(text, i);
    }
    return new String(units);
  }
}
