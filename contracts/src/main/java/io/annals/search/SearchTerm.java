package io.annals.search;

/** What a search looks for: text contained in a value, whatever the case. */
public final class SearchTerm {
  private final String folded;

  private SearchTerm(String folded) {
    this.folded = folded;
  }

  /** The term that finds values containing this text. */
  public static SearchTerm of(String text) {
    return new SearchTerm(fold(text));
  }

  /** Whether the value contains it. */
  public boolean matches(String value) {
    return fold(value).contains(folded);
  }

  private static String fold(String text) {
    return text.codePoints()
        .map(c -> Character.toLowerCase(Character.toUpperCase(c)))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
