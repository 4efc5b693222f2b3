package io.annals.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.config.ConfigException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabasesIT {
  @TempDir Path directory;

  private static void connect(String hostAndPort) throws IOException {
    String[] parts = hostAndPort.split(":");
    new Socket(parts[0], Integer.parseInt(parts[1])).close();
  }

  @Test
  void cassandra_runsWhereItsSettingsWantOne_andTheyGetItsAddress() throws IOException {
    String contactPoint;
    try (EmbeddedDatabases databases = new EmbeddedDatabases(directory)) {
      JsonObject section =
          new JsonObject().put("embedded", true).put("contactPoints", "x").put("readers", 8);
      databases.start("cassandra", section);
      contactPoint = section.getString("contactPoints");
      connect(contactPoint);
      assertThat(section.getString("datacenter")).isEqualTo("datacenter1");
      assertThat(section.getInteger("readers")).isEqualTo(8);
      assertThat(databases.description("cassandra"))
          .contains("Cassandra of its own in " + directory.resolve("cassandra"));
    }
    assertThatThrownBy(() -> connect(contactPoint)).isInstanceOf(IOException.class);
  }

  @Test
  void databaseOfSomebodyElse_isLeftToThem() throws IOException {
    try (EmbeddedDatabases databases = new EmbeddedDatabases(directory)) {
      JsonObject cassandra = new JsonObject().put("embedded", false).put("contactPoints", "x:9042");
      assertThat(databases.start("cassandra", cassandra.copy())).isEqualTo(cassandra);
      JsonObject postgres = new JsonObject().put("uri", "postgresql://x/y").put("user", "z");
      assertThat(databases.start("postgres", postgres.copy())).isEqualTo(postgres);
      assertThat(databases.description("cassandra")).isEmpty();
      assertThat(directory).isEmptyDirectory();
    }
  }

  @Test
  void credentialsWithoutTheDatabaseTheyAreFor_areRefused() throws IOException {
    try (EmbeddedDatabases databases = new EmbeddedDatabases(directory)) {
      assertThatThrownBy(() -> databases.start("postgres", new JsonObject().put("user", "annals")))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("postgres.uri");
    }
  }
}
