package io.annals.store.postgres;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.model.AuditStreams;
import io.annals.store.EventQuery;
import io.annals.store.Store;
import io.annals.store.StoreException;
import io.annals.tck.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Opening a store: on empty databases, by several servers, with logins that may do little. */
final class PostgresMigrationsIT {
  private static final String HISTORY =
      "SELECT count(*), max(installed_rank) FROM annals.flyway_schema_history WHERE success";

  @Test
  void open_byServersAtOnce_succeedsForAll() {
    JsonObject section = TestDatabase.emptyDatabase();
    List<Future<Store>> opening =
        Stream.generate(
                () ->
                    new PostgresProvider()
                        .open(TestDatabase.VERTX, section, new SimpleMeterRegistry()))
            .limit(3)
            .toList();
    for (Future<Store> opened : opening) {
      Store store = await(opened);
      assertThat(
              await(
                      store
                          .audit()
                          .page(Samples.tenant(), AuditStreams.AUDIT_LOG, EventQuery.newest(1)))
                  .items())
          .isEmpty();
      await(store.close());
    }
  }

  @Test
  void open_ofACurrentDatabase_changesNothing() {
    PostgresSettings settings = TestDatabase.settings();
    String before = TestDatabase.asLogin(settings, HISTORY).iterator().next().deepToString();
    PostgresMigrations.run(settings);
    assertThat(TestDatabase.asLogin(settings, HISTORY).iterator().next().deepToString())
        .isEqualTo(before);
  }

  @Test
  void open_byALoginThatMayNotTakeTheRole_saysWhatToRun() {
    JsonObject section = TestDatabase.emptyDatabase();
    String login = login(section, "NOCREATEROLE");
    assertThatThrownBy(() -> TestDatabase.open(section))
        .isInstanceOfSatisfying(
            StoreException.class,
            refused ->
                assertThat(refused)
                    .hasMessageContaining(login + " may not take the role annals_app")
                    .hasMessageContaining("GRANT annals_app TO " + login));
  }

  @Test
  void open_byALoginThatMayCreateRolesOnly_succeeds() {
    JsonObject section = TestDatabase.emptyDatabase();
    PostgresSettings admin = PostgresSettings.of(section);
    String login = login(section, "CREATEROLE");
    TestDatabase.asLogin(
        admin, "GRANT annals_app TO %s WITH ADMIN TRUE, SET FALSE".formatted(login));
    await(TestDatabase.open(section).close());
  }

  @Test
  void open_withAWrongPassword_isRefusedWithoutIt() {
    JsonObject section = TestDatabase.emptyDatabase();
    login(section, "NOCREATEROLE");
    section.put("password", "hunter2");
    assertThatThrownBy(() -> TestDatabase.open(section))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("password authentication failed")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void open_withAMalformedUri_isABadSetting() {
    JsonObject section = TestDatabase.section().put("uri", "localhost:5432/annals");
    assertThatThrownBy(() -> TestDatabase.open(section))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("postgres.uri");
  }

  /** Makes a login role that may create a schema in this database, and puts it in the section. */
  private static String login(JsonObject section, String attribute) {
    String login = "login_" + UUID.randomUUID().toString().replace("-", "");
    PostgresSettings admin = PostgresSettings.of(section);
    TestDatabase.asLogin(
        admin,
        "CREATE ROLE %s LOGIN PASSWORD 'secret' %s".formatted(login, attribute),
        "GRANT CREATE ON DATABASE %s TO %s".formatted(admin.loginOptions().getDatabase(), login));
    section.put("user", login).put("password", "secret");
    return login;
  }
}
