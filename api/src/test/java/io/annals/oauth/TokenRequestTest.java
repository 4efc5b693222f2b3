package io.annals.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The requests of RFC 6749 that are served, and what the others are told. */
class TokenRequestTest {
  private static TokenRequest read(String form, String... authorization) {
    return TokenRequest.of(Buffer.buffer(form), List.of(authorization));
  }

  private static String basic(String credentials) {
    byte[] bytes = credentials.getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }

  @Test
  void clientInTheForm_isRead() {
    assertThat(
            read(
                "grant_type=client_credentials&client_id=a%20b&client_secret=k"
                    + "&scope=audit%3Aread+audit:write&resource=x"))
        .isEqualTo(new TokenRequest(false, "a b", "k", "audit:read audit:write"));
  }

  @Test
  void clientInTheHeader_isRead() {
    assertThat(read("grant_type=client_credentials", basic("a%3Ab:k%2B")))
        .isEqualTo(new TokenRequest(false, "a:b", "k+", ""));
    assertThat(read("grant_type=client_credentials&client_id=a", basic("a:k").replace("B", "b")))
        .isEqualTo(new TokenRequest(false, "a", "k", ""));
  }

  @Test
  void userOfAClientWithoutSecret_isRead() {
    TokenRequest alice = new TokenRequest(true, "alice", "k", "");
    String form = "grant_type=password&username=alice&password=k";
    assertThat(read(form)).isEqualTo(alice);
    assertThat(read(form + "&client_id=&client_secret=&scope=")).isEqualTo(alice);
    assertThat(read(form + "&client_id=docs")).isEqualTo(alice);
    assertThat(read(form, basic(":"))).isEqualTo(alice);
  }

  @ParameterizedTest
  @CsvSource({
    "'', invalid_request",
    "grant_type=, invalid_request",
    "grant_type=refresh_token, unsupported_grant_type",
    "grant_type=client_credentials, invalid_client",
    "grant_type=client_credentials&client_id=a, invalid_client",
    "grant_type=client_credentials&client_secret=a, invalid_client",
    "grant_type=password&username=a, invalid_request",
    "grant_type=password&password=a, invalid_request",
    "grant_type=password&username=a&password=k&client_secret=k, invalid_client",
    "grant_type=password&grant_type=password&username=a&password=k, invalid_request",
    "grant_type=password&username=%ff&password=k, invalid_request",
    "grant_type=password&username=a b&password=k, invalid_request",
  })
  void others_areToldWhatIsWrong(String form, String error) {
    assertThatThrownBy(() -> read(form))
        .isInstanceOfSatisfying(
            TokenRefusal.class, refusal -> assertThat(refusal.error()).isEqualTo(error));
  }

  @Test
  void headerThatIsNotOneBasic_isRefused() {
    String form = "grant_type=client_credentials";
    for (String[] bad :
        new String[][] {
          {"Bearer x"}, {"Basic"}, {"Basic !"}, {basic("a")}, {basic("%:k")}, {basic("a:k"), ""}
        }) {
      assertThatThrownBy(() -> read(form, bad))
          .isInstanceOfSatisfying(
              TokenRefusal.class, refusal -> assertThat(refusal.status()).isEqualTo(401));
    }
    for (String twice : List.of("&client_id=b", "&client_id=a&client_secret=k")) {
      assertThatThrownBy(() -> read(form + twice, basic("a:k")))
          .isInstanceOfSatisfying(
              TokenRefusal.class,
              refusal -> assertThat(refusal.error()).isEqualTo("invalid_request"));
    }
  }

  @Test
  void key_isNotShown() {
    assertThat(new TokenRequest(false, "a", "secret", "").toString()).doesNotContain("secret");
  }
}
