package io.annals.store.postgres;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.model.ApiToken;
import io.annals.model.AuditStreams;
import io.annals.model.EventStream;
import io.annals.model.NewActivity;
import io.annals.model.ServiceAccount;
import io.annals.model.TenantId;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityStore;
import io.annals.store.KeySecret;
import io.annals.store.KeyStore;
import io.annals.store.Store;
import io.annals.tck.ActivitySamples;
import io.annals.tck.KeySamples;
import io.annals.tck.ManualClock;
import io.annals.tck.Samples;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Row-level security behind the predicates: statements that forget the tenant, sent through
 * connections that are opened like the store's.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresRowSecurityIT {
  private static final long NOW = 1_767_225_600_000L;
  private static final String NOT_ALLOWED = "42501";

  /** A login, the tenants whose events the store behind it holds, and that store. */
  record Installation(
      String login, PostgresSettings settings, Store store, KeyStore keys, TenantId a, TenantId b) {
    @Override
    public String toString() {
      return login;
    }
  }

  private final List<Installation> installations = new ArrayList<>();

  @BeforeAll
  void fill() {
    installations.add(installation("superuser", TestDatabase.emptyDatabase()));
    installations.add(installation("ordinary", ordinaryLogin()));
  }

  @AfterAll
  void close() {
    installations.forEach(installation -> await(installation.store().close()));
  }

  /** A database owned by a role that may create roles and nothing else. */
  private static JsonObject ordinaryLogin() {
    JsonObject section = TestDatabase.emptyDatabase();
    String login = "login_" + UUID.randomUUID().toString().replace("-", "");
    TestDatabase.asLogin(
        PostgresSettings.of(section),
        "CREATE ROLE %s LOGIN PASSWORD 'secret' NOSUPERUSER NOCREATEROLE".formatted(login),
        "GRANT annals_app TO " + login,
        "GRANT CREATE ON DATABASE %s TO %s".formatted(database(section), login));
    return section.put("user", login).put("password", "secret");
  }

  private static String database(JsonObject section) {
    return PostgresSettings.of(section).loginOptions().getDatabase();
  }

  private static Installation installation(String login, JsonObject section) {
    Store store = TestDatabase.open(section);
    TenantId a = Samples.tenant();
    TenantId b = Samples.tenant();
    for (EventStream stream : AuditStreams.ALL) {
      for (TenantId tenant : List.of(a, b)) {
        await(store.audit().append(tenant, stream, new Samples(7).events(stream, 5, NOW, 1000)));
      }
    }
    PostgresSettings settings = PostgresSettings.of(section);
    ActivityStore activity =
        await(store.activity(new ActivityPolicy(90, 250, new ManualClock(NOW + 1000))));
    for (TenantId tenant : List.of(a, b)) {
      UUID token = UUID.randomUUID();
      NewActivity call = new ActivitySamples(7).call(token, NOW, UUID.randomUUID(), token);
      await(activity.append(tenant, List.of(call)));
      TestDatabase.asApplication(
          settings,
          actFor(tenant),
          "INSERT INTO annals.activity_digest VALUES ('%s', '%s', 60, %d, 1, '')"
              .formatted(tenant, token, NOW));
    }
    KeyStore keys = await(store.keys());
    for (TenantId tenant : List.of(a, b)) {
      provide(keys, tenant);
    }
    return new Installation(login, settings, store, keys, a, b);
  }

  /** An account with a token that expired at once. */
  private static void provide(KeyStore keys, TenantId tenant) {
    KeySamples samples = new KeySamples(7);
    ServiceAccount account = samples.account(NOW);
    await(keys.create(tenant, account, samples.act(NOW)));
    KeySecret secret = samples.secret();
    ApiToken token = samples.tokenOf(account.id(), secret, NOW, NOW);
    await(keys.mint(tenant, token, secret, samples.act(NOW)));
  }

  Stream<Installation> installations() {
    return installations.stream();
  }

  private static String actFor(TenantId tenant) {
    return "SET annals.tenant = '%s'".formatted(tenant);
  }

  private static List<UUID> tenants(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(row -> row.getUUID(0)).toList();
  }

  /** Else what follows would hold for the tables that somebody thought of. */
  @ParameterizedTest
  @MethodSource("installations")
  void tables_areAllThatHaveATenant(Installation in) {
    String ofTenants =
        """
        SELECT 'annals.' || c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'annals'::regnamespace AND c.relkind IN ('r', 'p')
          AND NOT c.relispartition AND a.attname = 'tenant_id'""";
    List<String> names = new ArrayList<>();
    TestDatabase.asLogin(in.settings(), ofTenants).forEach(row -> names.add(row.getString(0)));
    assertThat(names).containsExactlyInAnyOrderElementsOf(tables());
  }

  @ParameterizedTest
  @MethodSource("installations")
  void select_withoutTenantPredicate_returnsRowsOfTheActingTenantOnly(Installation in) {
    for (String table : tables()) {
      String select = "SELECT DISTINCT tenant_id FROM " + table;
      assertThat(tenants(TestDatabase.asApplication(in.settings(), actFor(in.a()), select)))
          .containsExactly(in.a().value());
      assertThat(tenants(TestDatabase.asApplication(in.settings(), actFor(in.b()), select)))
          .containsExactly(in.b().value());
    }
  }

  @ParameterizedTest
  @MethodSource("installations")
  void select_actingForNobody_returnsNothing(Installation in) {
    for (String table : tables()) {
      String select = "SELECT tenant_id FROM " + table;
      assertThat(TestDatabase.asApplication(in.settings(), select)).isEmpty();
      assertThat(TestDatabase.asApplication(in.settings(), "SET annals.tenant = ''", select))
          .isEmpty();
      String afterATransaction = "SELECT set_config('annals.tenant', '%s', true)".formatted(in.a());
      assertThat(TestDatabase.asApplication(in.settings(), afterATransaction, select)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("installations")
  void select_namingAnotherTenant_returnsNothing(Installation in) {
    for (String table : tables()) {
      String select = "SELECT 1 FROM %s WHERE tenant_id = '%s'".formatted(table, in.b());
      assertThat(TestDatabase.asApplication(in.settings(), actFor(in.a()), select)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("installations")
  void insert_forAnotherTenant_isRefused(Installation in) {
    String log =
        """
        INSERT INTO annals.audit_log (tenant_id, id, created_at, actor_id, actor_type, action,
          resource_type, resource_id, metadata)
        VALUES ('%s', gen_random_uuid(), 0, 'a', 'a', 'a', 'a', 'a', '{}')""";
    String total =
        "INSERT INTO annals.audit_total VALUES ('%s', 'credential_audit', 0, 0, 99, '{1}')";
    String call =
        """
        INSERT INTO annals.activity (tenant_id, token_id, created_at, id, status_code, method, path)
        VALUES ('%s', gen_random_uuid(), 1767225600000, gen_random_uuid(), 200, 'GET', '/')""";
    String tie =
        "INSERT INTO annals.activity_account VALUES ('%s', gen_random_uuid(), gen_random_uuid(), 0)";
    String cell =
        "INSERT INTO annals.activity_total VALUES ('%s', gen_random_uuid(), 60, 0, 9, 1, false)";
    String digest =
        "INSERT INTO annals.activity_digest VALUES ('%s', gen_random_uuid(), 60, 0, 1, '')";
    String account =
        """
        INSERT INTO annals.service_account (tenant_id, id, created_at, name, created_by)
        VALUES ('%s', gen_random_uuid(), 0, 'a', 'a')""";
    String token =
        """
        INSERT INTO annals.api_token (tenant_id, id, created_at, name, key_prefix, scopes, user_id,
          created_by)
        VALUES ('%s', gen_random_uuid(), 0, 'a', 'a', '{}', 'a', 'a')""";
    String secret =
        """
        INSERT INTO annals.api_secret (tenant_id, token_id, key_prefix, sha256)
        VALUES ('%s', gen_random_uuid(), 'a', sha256(''))""";
    String life =
        """
        INSERT INTO annals.key_lifecycle (tenant_id, id, created_at, operation, actor, detail)
        VALUES ('%s', gen_random_uuid(), 0, 'MINT', 'a', '{}')""";
    for (String insert :
        List.of(log, total, call, tie, cell, digest, account, token, secret, life)) {
      assertNotAllowed(in, actFor(in.a()), insert.formatted(in.b()));
      assertNotAllowed(in, "SELECT 1", insert.formatted(in.b()));
    }
  }

  @ParameterizedTest
  @MethodSource("installations")
  void updateAndDelete_ofEvents_areRefused(Installation in) {
    for (EventStream stream : AuditStreams.ALL) {
      String table = "annals." + stream.name();
      assertNotAllowed(in, actFor(in.a()), "UPDATE %s SET created_at = 0".formatted(table));
      assertNotAllowed(in, actFor(in.a()), "DELETE FROM " + table);
      assertNotAllowed(in, actFor(in.a()), "TRUNCATE " + table);
    }
    for (String table : tables()) {
      assertNotAllowed(in, actFor(in.a()), "DELETE FROM " + table);
      assertNotAllowed(in, actFor(in.a()), "UPDATE %s SET tenant_id = tenant_id".formatted(table));
    }
    assertNotAllowed(in, actFor(in.a()), "UPDATE annals.activity SET path = '/'");
    assertNotAllowed(in, actFor(in.a()), "UPDATE annals.key_lifecycle SET actor = 'a'");
    assertNotAllowed(in, actFor(in.a()), "UPDATE annals.api_secret SET sha256 = sha256");
    assertNotAllowed(in, actFor(in.a()), "UPDATE annals.api_token SET scopes = '{}'");
  }

  @ParameterizedTest
  @MethodSource("installations")
  void update_withoutTenantPredicate_touchesRowsOfTheActingTenantOnly(Installation in) {
    for (String update :
        List.of(
            "UPDATE annals.service_account SET deleted_at = deleted_at RETURNING tenant_id",
            "UPDATE annals.api_token SET revoked_at = revoked_at RETURNING tenant_id",
            "UPDATE annals.api_secret SET valid_until = valid_until RETURNING tenant_id")) {
      assertThat(TestDatabase.asApplication(in.settings(), update)).isEmpty();
      assertThat(tenants(TestDatabase.asApplication(in.settings(), actFor(in.a()), update)))
          .containsOnly(in.a().value());
    }
  }

  @ParameterizedTest
  @MethodSource("installations")
  void whatCrossesTenants_answersIdsOnly(Installation in) {
    String prefix = "SELECT key_prefix FROM annals.api_secret";
    String prefixOfB =
        TestDatabase.asApplication(in.settings(), actFor(in.b()), prefix)
            .iterator()
            .next()
            .getString(0);
    String owner = "SELECT annals.tenant_of_key('%s')".formatted(prefixOfB);
    assertThat(tenants(TestDatabase.asApplication(in.settings(), actFor(in.a()), owner)))
        .containsExactly(in.b().value());
    assertThat(await(in.keys().find(prefixOfB)).orElseThrow().tenant()).isEqualTo(in.b());
    String due = "SELECT tenant_id FROM annals.tokens_to_expire(%d, 9)".formatted(NOW);
    assertThat(tenants(TestDatabase.asApplication(in.settings(), actFor(in.a()), due)))
        .containsExactlyInAnyOrder(in.a().value(), in.b().value());
    assertThat(await(in.keys().expire(NOW))).isEqualTo(2);
    assertThat(TestDatabase.asApplication(in.settings(), due)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("installations")
  void ddl_isRefused(Installation in) {
    assertNotAllowed(in, "SELECT 1", "ALTER TABLE annals.audit_log DISABLE ROW LEVEL SECURITY");
    assertNotAllowed(in, "SELECT 1", "DROP POLICY tenant ON annals.audit_log");
    assertNotAllowed(in, "SELECT 1", "CREATE TABLE annals.mine (x int)");
    assertNotAllowed(in, "SELECT 1", "SELECT * FROM annals.flyway_schema_history");
  }

  @ParameterizedTest
  @MethodSource("installations")
  void partitions_areReachedThroughTheirParentOnly(Installation in) {
    String names = "SELECT name FROM annals.activity_partitions()";
    List<String> partitions = new ArrayList<>();
    TestDatabase.asLogin(in.settings(), names).forEach(row -> partitions.add(row.getString(0)));
    assertThat(partitions).isNotEmpty();
    for (String partition : partitions) {
      assertNotAllowed(in, actFor(in.a()), "SELECT FROM " + partition);
      assertNotAllowed(in, actFor(in.a()), "DROP TABLE " + partition);
      assertNotAllowed(in, actFor(in.a()), "INSERT INTO %s DEFAULT VALUES".formatted(partition));
    }
    assertNotAllowed(in, actFor(in.a()), names);
    assertNotAllowed(in, actFor(in.a()), "SELECT annals.expired_activity(1)");
    assertNotAllowed(in, actFor(in.a()), "SELECT annals.cover_activity(0, 1, 1)");
  }

  @Test
  void upkeep_seesCountsOfAllTenants_butNoEvents() {
    Installation ordinary = installations.get(1);
    assertThat(
            tenants(
                TestDatabase.asLogin(
                    ordinary.settings(), "SELECT DISTINCT tenant_id FROM annals.activity_total")))
        .containsExactlyInAnyOrder(ordinary.a().value(), ordinary.b().value());
    assertThat(TestDatabase.asLogin(ordinary.settings(), "SELECT FROM annals.activity")).isEmpty();
    for (String unseen : List.of("audit_log", "service_account", "key_lifecycle")) {
      assertThat(TestDatabase.asLogin(ordinary.settings(), "SELECT FROM annals." + unseen))
          .isEmpty();
    }
  }

  private static void assertNotAllowed(Installation in, String first, String statement) {
    assertThatThrownBy(() -> TestDatabase.asApplication(in.settings(), first, statement))
        .as(statement)
        .isInstanceOfSatisfying(
            PgException.class, e -> assertThat(e.getSqlState()).isEqualTo(NOT_ALLOWED));
  }

  @Test
  void open_whereTheRoleIsNotBound_isRefused() {
    Installation in = installations.get(0);
    PgConnection admin =
        await(PgConnection.connect(TestDatabase.VERTX, in.settings().loginOptions()));
    await(admin.query("ALTER TABLE annals.audit_log DISABLE ROW LEVEL SECURITY").execute());
    try {
      JsonObject section =
          TestDatabase.section()
              .put("uri", in.settings().uri())
              .put("user", in.settings().user())
              .put("password", in.settings().password());
      assertThatThrownBy(() -> TestDatabase.open(section))
          .hasMessageContaining("which row-level security does not bind");
    } finally {
      await(admin.query("ALTER TABLE annals.audit_log ENABLE ROW LEVEL SECURITY").execute());
      await(admin.close());
    }
  }

  private static List<String> tables() {
    return List.of(
        "annals.credential_audit",
        "annals.audit_events",
        "annals.audit_log",
        "annals.audit_total",
        "annals.activity",
        "annals.activity_account",
        "annals.activity_total",
        "annals.activity_digest",
        "annals.service_account",
        "annals.api_token",
        "annals.api_secret",
        "annals.key_lifecycle");
  }
}
