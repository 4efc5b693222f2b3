package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.ApiKey;
import io.annals.auth.TestIdentityProvider;
import org.junit.jupiter.api.Test;

class SecretsTest {
  private final Secrets secrets = new Secrets();
  private final ApiKey key = ApiKey.generate();

  @Test
  void key_isFoundAlsoByItsSecretPartAndBeforeItIsKnown() {
    String random = key.secretText().substring(key.prefix().length() + 1);
    secrets.said("log", "refused x" + random.substring(0, 30) + "x");
    secrets.said("answer", "[" + key.secretText() + "]");
    assertThat(secrets.told()).isEmpty();
    secrets.addFrom("X-API-Key: " + key.secretText());
    assertThat(secrets.told()).hasSize(2).anyMatch(told -> told.startsWith("log: refused"));
  }

  @Test
  void prefix_mayBeSaid() {
    secrets.addFrom(key.secretText());
    secrets.said("log", "refused " + key + " " + key.prefix() + "_");
    assertThat(secrets.told()).isEmpty();
  }

  @Test
  void token_isFoundByItsSignature() {
    TestIdentityProvider provider = new TestIdentityProvider();
    String token = provider.sign(provider.claims("x", "audit:read"));
    secrets.addFrom("Authorization: Bearer " + token);
    secrets.said("log", token.substring(0, token.lastIndexOf('.')));
    assertThat(secrets.told()).isEmpty();
    secrets.said("log", token.substring(token.lastIndexOf('.')));
    assertThat(secrets.told()).hasSize(1);
  }

  @Test
  void shortSecret_isFound() {
    secrets.add("pass-word");
    secrets.said("log", "cannot connect as annals:pass-word@127.0.0.1");
    assertThat(secrets.told()).hasSize(1);
  }
}
