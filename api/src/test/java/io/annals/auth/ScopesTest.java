package io.annals.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ScopesTest {
  @Test
  void knownScopes_areRead() {
    assertThat(Scopes.parse(" audit:read  keys:write audit:read"))
        .containsExactly("audit:read", "keys:write");
    assertThat(Scopes.parse(String.join(" ", Scopes.KNOWN))).hasSize(6);
  }

  @Test
  void unknownScope_listsTheKnown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scopes.parse("audit:read audit:reed"))
        .withMessage("unknown scope 'audit:reed'; known: " + String.join(" ", Scopes.KNOWN));
  }

  @Test
  void noScope_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Scopes.parse("  "));
  }
}
