package io.annals.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.annals.store.KeySecret;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApiKeyTest {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  /** Its checksum and its hash were computed with Python's zlib and hashlib. */
  private static final String KNOWN =
      "annals_Zx81kQp0TnLw_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg4AcLh7";

  @Test
  void generatedKey_hasTheFormOfKeysAndIsReadAgain() throws Exception {
    ApiKey key = ApiKey.generate();
    assertThat(key.secretText()).matches("annals_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}");
    assertThat(key.secretText()).startsWith(key.prefix() + "_");
    ApiKey read = ApiKey.parse(key.secretText());
    assertThat(read.prefix()).isEqualTo(key.prefix());
    assertThat(read.matches(key.secret())).isTrue();
  }

  @Test
  void keyMadeElsewhere_isReadByTheSameRules() throws Exception {
    assertThat(ApiKey.parse(KNOWN).prefix()).isEqualTo("annals_Zx81kQp0TnLw");
    assertThat(HexFormat.of().formatHex(ApiKey.parse(KNOWN).sha256().getBytes()))
        .isEqualTo("d0cb7eb04e68e36e1ff0e092c323249c130f6d248d20436f7c0fe084ee022b36");
  }

  @Test
  void generatedKeys_useEveryCharacterAboutEquallyOften() {
    int[] counts = new int[DIGITS.length()];
    int keys = 4_000;
    Set<String> prefixes = new HashSet<>();
    for (int i = 0; i < keys; i++) {
      ApiKey key = ApiKey.generate();
      prefixes.add(key.prefix());
      String text = key.secretText();
      text.substring(7, 19).chars().forEach(c -> counts[DIGITS.indexOf(c)]++);
      text.substring(20, 63).chars().forEach(c -> counts[DIGITS.indexOf(c)]++);
    }
    assertThat(prefixes).hasSize(keys);
    double expected = keys * 55.0 / DIGITS.length(); // 3548; its standard deviation is 60
    for (int count : counts) {
      assertThat((double) count).isBetween(expected * 0.88, expected * 1.12);
    }
  }

  @Test
  void keyWithOneCharacterWrong_isMistyped() {
    Random random = new Random(14);
    String key = ApiKey.generate().secretText();
    for (int i = "annals_".length(); i < key.length(); i++) {
      char other = DIGITS.charAt(random.nextInt(DIGITS.length()));
      String typed = key.substring(0, i) + other + key.substring(i + 1);
      if (!typed.equals(key)) {
        assertMalformed(typed, true);
      }
    }
  }

  @Test
  void keyCutOffOrWithSomethingAround_isMistyped() {
    String key = ApiKey.generate().secretText();
    for (int length = "annals_".length(); length < key.length(); length++) {
      assertMalformed(key.substring(0, length), true);
    }
    assertMalformed(key + " ", true);
    assertMalformed(key + key, true);
    assertMalformed(key.substring(0, 30) + "é" + key.substring(31), true);
  }

  @Test
  void anyOtherText_isNoKey() {
    assertMalformed("", false);
    assertMalformed("annals", false);
    assertMalformed("sk_live_4eC39HqLyjWDarjtT1zdp7dc", false);
    assertMalformed(" " + ApiKey.generate().secretText(), false);
  }

  @Test
  void malformedKey_isNotRepeatedInTheMessage() {
    assertThatThrownBy(() -> ApiKey.parse("annals_secret"))
        .isInstanceOf(MalformedKeyException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void key_matchesOnlyWhatWasKeptOfIt() {
    ApiKey key = ApiKey.generate();
    KeySecret other = ApiKey.generate().secret();
    assertThat(key.matches(other)).isFalse();
    assertThat(key.matches(new KeySecret(key.prefix(), other.sha256()))).isFalse();
  }

  @Test
  void keyAsText_showsOnlyItsPrefix() {
    ApiKey key = ApiKey.generate();
    String secret = key.secretText().substring(20);
    assertThat(key.toString()).contains(key.prefix()).doesNotContain(secret.substring(0, 8));
    assertThat(key.secret().toString()).contains(key.prefix()).doesNotContain(secret);
  }

  private static void assertMalformed(String text, boolean mistyped) {
    assertThatThrownBy(() -> ApiKey.parse(text))
        .asInstanceOf(type(MalformedKeyException.class))
        .returns(mistyped, MalformedKeyException::isMistyped);
  }
}
