package io.annals.store.cassandra;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import io.annals.embedded.EmbeddedCassandra;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Opening a store with logins that may do little, and with none. */
final class CassandraLoginIT {
  private static EmbeddedCassandra cassandra;

  private final JsonObject section =
      TestCassandra.section().put("contactPoints", cassandra.contactPoint());

  @BeforeAll
  static void start() throws IOException {
    cassandra =
        EmbeddedCassandra.start(
            Path.of("target", "cassandra-login").toAbsolutePath(),
            EmbeddedCassandra.Options.defaults().withAuthentication().asEphemeral());
  }

  @AfterAll
  static void stop() throws IOException {
    cassandra.close();
  }

  @Test
  void open_byALoginThatMayNotCreateTheKeyspace_saysSo() {
    JsonObject login = login("may_read");
    assertThatThrownBy(() -> TestCassandra.open(login))
        .isInstanceOfSatisfying(
            StoreException.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(Kind.UNAVAILABLE);
              assertThat(refused)
                  .hasMessageContaining("/" + section.getString("keyspace") + " cannot be prepared")
                  .hasMessageContaining("may_read has no CREATE permission on <all keyspaces>");
            });
  }

  @Test
  void open_byALoginThatMayOnlyReadAndWrite_succeedsOnceTheSchemaIsThere() {
    JsonObject login = login("may_write");
    await(TestCassandra.open(asAdministrator()).close());
    try (CqlSession session = TestCassandra.session(asAdministrator())) {
      String keyspace = section.getString("keyspace");
      session.execute("GRANT SELECT ON KEYSPACE " + keyspace + " TO may_write");
      session.execute("GRANT MODIFY ON KEYSPACE " + keyspace + " TO may_write");
    }
    await(TestCassandra.open(login).close());
  }

  @Test
  void open_withAWrongPassword_isRefusedWithoutIt() {
    JsonObject login = login("forgetful").put("password", "hunter2");
    assertThatThrownBy(() -> TestCassandra.open(login))
        .isInstanceOfSatisfying(
            StoreException.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(Kind.UNAVAILABLE);
              assertThat(refused).hasMessageNotContaining("hunter2");
            });
  }

  private JsonObject asAdministrator() {
    return section.copy().put("user", "cassandra").put("password", "cassandra");
  }

  private JsonObject login(String name) {
    CassandraSettings settings = CassandraSettings.of(asAdministrator());
    try (CqlSession session = CassandraSession.open(settings, null)) {
      session.execute("CREATE ROLE " + name + " WITH LOGIN = true AND PASSWORD = 'secret'");
    }
    return section.copy().put("user", name).put("password", "secret");
  }
}
