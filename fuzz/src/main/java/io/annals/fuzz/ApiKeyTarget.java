package io.annals.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.auth.ApiKey;
import io.annals.auth.MalformedKeyException;

/** API keys: one that is read is the text itself, and one changed character is always noticed. */
final class ApiKeyTarget implements Target {
  private final String key = ApiKey.generate().secretText();

  @Override
  public void check(byte[] input) {
    String text = new String(input, UTF_8);
    try {
      assertThat(ApiKey.parse(text).secretText()).isEqualTo(text);
    } catch (MalformedKeyException e) {
      assertThat(e.isMistyped()).isEqualTo(text.startsWith("annals_"));
    }
    if (!text.isEmpty()) {
      int at = text.charAt(0) % key.length();
      String changed = key.substring(0, at) + text.substring(1) + key.substring(at + 1);
      if (!changed.equals(key)) {
        assertThatThrownBy(() -> ApiKey.parse(changed)).isInstanceOf(MalformedKeyException.class);
      }
    }
  }
}
