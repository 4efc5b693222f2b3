package io.annals.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthSettingsTest {
  @Test
  void uriAndFile_areRefusedTogether() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AuthSettings("https://idp.example/jwks", "jwks.json", null, null))
        .withMessageContaining("auth.jwksUri")
        .withMessageContaining("auth.jwksFile");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://idp.example/realms/a/certs?x=1",
        "http://localhost:9000/jwks",
        "http://127.0.0.1/jwks",
        "http://127.1.2.3:80/",
        "http://[::1]:9000/jwks",
        "HTTPS://IDP.example/"
      })
  void safeUri_isTaken(String uri) {
    assertThat(new AuthSettings(uri, null, "i", "a").jwksUri()).isEqualTo(uri);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://idp.example/jwks",
        "http://localhost.evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://127.evil.example/",
        "http://0.0.0.0/",
        "file:///etc/jwks.json",
        "idp.example/jwks",
        "https:///jwks",
        "https://user:pass@idp.example/",
        "https://idp example/",
        ""
      })
  void unsafeUri_isRefused(String uri) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AuthSettings(uri, null, null, null))
        .withMessageStartingWith("auth.jwksUri");
  }

  @Test
  void ownIssuer_cannotBeAnothers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AuthSettings(null, "jwks.json", "annals", null))
        .withMessageContaining("auth.issuer");
  }

  @Test
  void checksWithoutKeys_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AuthSettings(null, null, "https://idp.example", null))
        .withMessageContaining("auth.jwksUri");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AuthSettings(null, null, null, "annals-api"));
  }
}
