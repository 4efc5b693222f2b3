package io.annals.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.ibm.icu.lang.UCharacter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchTermTest {
  @Test
  void fold_ofEveryAssignedCodePoint_isUnicodesSimpleFolding() {
    assertThat(
            codePoints()
                .filter(Character::isDefined)
                .filter(c -> CaseFolding.fold(c) != UCharacter.foldCase(c, true))
                .mapToObj("U+%04X"::formatted))
        .isEmpty();
  }

  @Test
  void fold_keepsTheLengthAndTheHighSurrogate() {
    assertThat(codePoints().filter(c -> changesUnits(c, CaseFolding.fold(c)))).isEmpty();
  }

  private static IntStream codePoints() {
    return IntStream.rangeClosed(0, Character.MAX_CODE_POINT);
  }

  private static boolean changesUnits(int codePoint, int folded) {
    return Character.isBmpCodePoint(codePoint)
        ? !Character.isBmpCodePoint(folded)
        : Character.highSurrogate(codePoint) != Character.highSurrogate(folded);
  }

  @Test
  void fold_ofFoldedText_isTheSameInstance() {
    for (String text : new String[] {"", "/v1/things/{id}", "straße", "𐐨", "ıİ"}) {
      assertThat(SearchTerm.fold(text)).isSameAs(text);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "get, GET",
    "GET, get",
    "T /V, GET /v1",
    "k, \u212a", // Kelvin sign
    "\u212a, K",
    "s, \u017f", // long s
    "\u03c9, \u2126", // Ohm sign
    "\u03b8, \u03f4",
    "ς, ΟΔΟΣ",
    "ẞ, straße",
    "\uab70, \u13a0", // Cherokee
    "\u13f0, \u13f8",
    "\u1fd3, \u0390", // oxia, tonos
    "\ufb05, \ufb06",
    "𐐀, a𐐨b",
    "𐐨, a𐐀b",
    "😀, x😀",
  })
  void matches_inAnyCase(String term, String value) {
    assertThat(SearchTerm.of(term).matches(value)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "ss, straße",
    "ß, ss",
    "i, \u0130", // capital with dot
    "i, \u0131", // small without dot
    "I, \u0131",
    "\u0130, \u0131",
    "\ufb01, fi",
    "\u00e9, e\u0301", // composed, decomposed
    "abc, ab",
    "ab, a",
    "😀, 😁",
    "𐐀, 𐐁",
  })
  void matches_nothingElse(String term, String value) {
    assertThat(SearchTerm.of(term).matches(value)).isFalse();
  }

  @Test
  void matches_isAsFoldedTextContains() {
    Random random = new Random(17);
    for (int i = 0; i < 100_000; i++) {
      String value = SampleText.any(random, 12);
      String text =
          random.nextBoolean() ? SampleText.cut(random, value) : SampleText.any(random, 3);
      if (text.isEmpty()) {
        continue;
      }
      SearchTerm term = SearchTerm.of(text);
      assertThat(term.matches(value))
          .as("%s in %s", text, value)
          .isEqualTo(foldedByIcu(value).contains(foldedByIcu(text)));
    }
  }

  private static String foldedByIcu(String text) {
    StringBuilder folded = new StringBuilder();
    text.codePoints().forEach(c -> folded.appendCodePoint(UCharacter.foldCase(c, true)));
    return folded.toString();
  }

  @Test
  void matches_inTheTurkishLocale_isTheSame() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(new Locale("tr", "TR"));
      assertThat(SearchTerm.of("title").matches("/TITLE")).isTrue();
      assertThat(SearchTerm.of("TITLE").matches("/title")).isTrue();
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void foldedUtf8_isTheFoldedText() {
    assertThat(SearchTerm.of("\u212a€𐐀").foldedUtf8())
        .isEqualTo("k€𐐨".getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\u0000", "\ud801", "\udc00a", "\udc00\ud801"})
  void term_thatCannotBeStored_isRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> SearchTerm.of(text));
  }
}
