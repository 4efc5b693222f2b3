package io.annals.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import io.vertx.core.net.ClientSSLOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PostgresSettingsTest {
  private static JsonObject section(String uri) {
    return new JsonObject()
        .put("uri", uri)
        .put("readers", 1)
        .put("readersWaitingMax", 1)
        .put("writers", 1)
        .put("writersWaitingEventsMax", 1)
        .put("timeoutMillis", 1);
  }

  @ParameterizedTest
  @CsvSource({
    "disable, true, ''",
    "prefer, true, ''",
    "require, true, ''",
    "verify-ca, false, ''",
    "verify-full, false, HTTPS"
  })
  void tls_trustsWhomTheModeSays(String mode, boolean anybody, String hostAlgorithm) {
    ClientSSLOptions tls =
        PostgresSettings.of(section("postgresql://db/annals?sslmode=" + mode))
            .applicationOptions()
            .getSslOptions();
    assertThat(tls.isTrustAll()).isEqualTo(anybody);
    assertThat(tls.getTrustOptions() == null).isEqualTo(anybody);
    assertThat(tls.getHostnameVerificationAlgorithm()).isEqualTo(hostAlgorithm);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://user:hunter2@db/annals",
        "postgresql://db/annals?user=user&password=hunter2"
      })
  void toString_keepsPasswordsToItself(String uri) {
    assertThat(PostgresSettings.of(section(uri))).hasToString("postgres postgresql://db/annals");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:5432/annals", "http://db/annals", "postgresql://db:port/a"})
  void of_aMalformedUri_isRefused(String uri) {
    assertThatThrownBy(() -> PostgresSettings.of(section(uri)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("postgres.uri");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "readers",
        "readersWaitingMax",
        "writers",
        "writersWaitingEventsMax",
        "timeoutMillis"
      })
  void of_aBoundBelowOne_isRefusedByName(String key) {
    JsonObject section = section("postgresql://db/annals").put(key, 0);
    assertThatThrownBy(() -> PostgresSettings.of(section))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("postgres." + key);
  }

  @Test
  void of_aMissingUri_isRefused() {
    JsonObject section = section("x").putNull("uri");
    assertThatThrownBy(() -> PostgresSettings.of(section)).hasMessageContaining("postgres.uri");
  }
}
