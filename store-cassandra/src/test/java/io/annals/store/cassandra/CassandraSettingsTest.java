package io.annals.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CassandraSettingsTest {
  private final JsonObject section =
      new JsonObject()
          .put("contactPoints", "db1:9042, db2:9043")
          .put("datacenter", "dc1")
          .put("keyspace", "annals")
          .put("replicationFactor", 3)
          .put("consistency", "LOCAL_QUORUM")
          .put("timeoutMillis", 10_000);

  @Test
  void of_aWholeSection_isWhatItSays() {
    CassandraSettings settings = CassandraSettings.of(section);
    assertThat(settings.contactPoints())
        .extracting(point -> point.getHostString() + "/" + point.getPort())
        .containsExactly("db1/9042", "db2/9043");
    assertThat(settings.consistency()).isEqualTo(DefaultConsistencyLevel.LOCAL_QUORUM);
    assertThat(settings.tls()).isFalse();
    assertThat(settings.tlsHostnameCheck()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "contactPoints, db1",
    "contactPoints, :9042",
    "contactPoints, db1:x",
    "contactPoints, db1:0",
    "contactPoints, 'db1:9042,,db2:9042'",
    "contactPoints, ' '",
    "datacenter, ''",
    "keyspace, Annals",
    "keyspace, 'a; DROP'",
    "consistency, ANY",
    "consistency, many",
    "tlsTrustStore, /no/such/file",
    "tlsTrustStore, no\0path",
    "user, only"
  })
  void of_aBadText_isRefusedByName(String key, String value) {
    section.put(key, value);
    assertThatThrownBy(() -> CassandraSettings.of(section))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("cassandra." + key);
  }

  @ParameterizedTest
  @CsvSource({"replicationFactor, 0", "timeoutMillis, 0", "timeoutMillis, 10001"})
  void of_aNumberOutOfBounds_isRefusedByName(String key, int value) {
    section.put(key, value);
    assertThatThrownBy(() -> CassandraSettings.of(section))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("cassandra." + key);
  }

  @ParameterizedTest
  @CsvSource({"contactPoints", "datacenter", "keyspace", "consistency", "timeoutMillis"})
  void of_aMissingValue_isRefusedByName(String key) {
    section.putNull(key);
    assertThatThrownBy(() -> CassandraSettings.of(section))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("cassandra." + key);
  }

  @Test
  void toString_keepsPasswordsToItself() {
    section.put("user", "annals").put("password", "hunter2");
    assertThat(CassandraSettings.of(section)).hasToString("cassandra db1:9042,db2:9043/annals");
  }
}
