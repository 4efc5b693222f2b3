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
  private static final int VECTORISED_BYTES_MAX = 32;

  private final String folded;
  private final Pattern units;
  private final String utf8;
  private final Pattern utf8Bytes;

  private SearchTerm(String folded) {
    this.folded = folded;
    this.units = new Pattern(folded);
    byte[] bytes = folded.getBytes(StandardCharsets.UTF_8);
    this.utf8 = new String(bytes, StandardCharsets.ISO_8859_1);
    this.utf8Bytes = new Pattern(utf8);
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

  /** Whether the value contains this term. Allocates nothing; takes linear time. */
  public boolean matches(String value) {
    int matched = 0;
    int length = value.length();
    for (int i = 0; i < length; i++) {
      matched = units.next(matched, CaseFolding.foldedUnit(value, i));
      if (units.isWhole(matched)) {
        return true;
      }
    }
    return false;
  }

  /** The folded text. */
  public String folded() {
    return folded;
  }

  /** The folded text in UTF-8; a copy. Bytes contain bytes exactly where text contains text. */
  public byte[] foldedUtf8() {
    return utf8.getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Where the folded text in UTF-8 occurs in text of such bytes, each a character, or -1. The JVM's
   * vectorised search is the fastest by far but takes the product of both lengths at worst.
   */
  int utf8IndexIn(String text, int from) {
    return utf8.length() <= VECTORISED_BYTES_MAX
        ? text.indexOf(utf8, from)
        : utf8Bytes.indexIn(text, from);
  }

  @Override
  public String toString() {
    return folded;
  }
}
