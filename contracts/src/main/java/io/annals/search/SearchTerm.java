package io.annals.search;

import java.nio.charset.StandardCharsets;

/**
 * What a search looks for: values that contain this text, whatever the case of either.
 *
 * <p>Case is disregarded by Unicode's simple case folding (status C and S of its CaseFolding.txt,
 * in the version that the JDK knows), which depends on no locale: {@code Σ}, {@code σ} and {@code
 * ς} are the same, as are {@code K} and the Kelvin sign, while {@code ß} differs from {@code ss}
 * and {@code İ} from {@code i}. Nothing is normalised.
 *
 * <p>Values are whole code points without U+0000, as every store keeps them. Immutable.
 */
public final class SearchTerm {
  private final String folded;
  private final char first;
  private final String utf8;

  private SearchTerm(String folded) {
    this.folded = folded;
    this.first = folded.charAt(0);
    byte[] bytes = folded.getBytes(StandardCharsets.UTF_8);
    this.utf8 = new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /**
   * The term with this text.
   *
   * @throws IllegalArgumentException if the text is empty, or has U+0000 or half a surrogate pair,
   *     with which no value can be stored
   */
  public static SearchTerm of(String text) {
    boolean storable = text.codePoints().allMatch(SearchTerm::isStorable);
    if (text.isEmpty() || !storable) {
      throw new IllegalArgumentException("a search term needs text that can be stored");
    }
    return new SearchTerm(fold(text));
  }

  private static boolean isStorable(int codePoint) {
    return codePoint != 0
        && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE);
  }

  /** The text with its case folded; as long as the text, and the same instance if it is folded. */
  public static String fold(String text) {
    return CaseFolding.fold(text);
  }

  /** Whether the value contains this term. Allocates nothing. */
  public boolean matches(String value) {
    int last = value.length() - folded.length();
    for (int i = 0; i <= last; i++) {
      if (CaseFolding.foldedUnit(value, i) == first && matchesAt(value, i)) {
        return true;
      }
    }
    return false;
  }

  private boolean matchesAt(String value, int start) {
    for (int i = 1; i < folded.length(); i++) {
      if (CaseFolding.foldedUnit(value, start + i) != folded.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The folded text. */
  public String folded() {
    return folded;
  }

  /** The folded text in UTF-8; a copy. Bytes contain bytes exactly where text contains text. */
  public byte[] foldedUtf8() {
    return utf8.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The bytes of {@link #foldedUtf8}, each as a character. */
  String utf8AsLatin1() {
    return utf8;
  }

  @Override
  public String toString() {
    return folded;
  }
}
