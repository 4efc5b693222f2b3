package io.annals.store.postgres;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.model.ActivitySubject;
import io.annals.model.ApiToken;
import io.annals.model.Event;
import io.annals.model.KeyLifecycle;
import io.annals.model.ServiceAccount;
import io.annals.model.TenantId;
import io.annals.store.Act;
import io.annals.store.KeyQuery;
import io.annals.store.KeySecret;
import io.annals.store.KeyStore;
import io.annals.store.Store;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.annals.tck.KeySamples;
import io.annals.tck.Samples;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No change without its event and no event without its change, while transactions die. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresKeyFailureIT {
  private static final long NOW = 1_767_225_600_000L;
  private static final Act ACT = new Act("someone", null, null, null, NOW);

  /** What a tenant has: an account with a token that is about to expire. */
  private record Owner(TenantId tenant, ServiceAccount account, ApiToken token, KeySecret secret) {}

  private static final KeySamples SAMPLES = new KeySamples(8);

  /** A change of what the owner has, and how many events it writes. */
  private record Change(String name, int events, BiFunction<KeyStore, Owner, Future<?>> call) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Change> changes() {
    return Stream.of(
        new Change("create", 1, (keys, o) -> keys.create(o.tenant(), SAMPLES.account(NOW), ACT)),
        new Change(
            "mint", 1, (keys, o) -> mint(keys, o.tenant(), o.account().id(), SAMPLES.secret())),
        new Change(
            "rotate",
            1,
            (keys, o) -> keys.rotate(o.tenant(), o.token().id(), SAMPLES.secret(), 0, ACT)),
        new Change("revoke", 1, (keys, o) -> keys.revoke(o.tenant(), o.token().id(), ACT)),
        new Change("delete", 2, (keys, o) -> keys.delete(o.tenant(), o.account().id(), ACT)),
        new Change("expire", 1, (keys, o) -> keys.expire(NOW + 1)));
  }

  private final JsonObject section = TestDatabase.emptyDatabase();
  private final PostgresSettings settings = PostgresSettings.of(section);
  private final LostAnswers between = new LostAnswers(URI.create(settings.uri()));
  private Store store;
  private KeyStore keys;
  private Owner owner;

  @BeforeAll
  void open() {
    URI uri = URI.create(settings.uri());
    store = TestDatabase.open(section.copy().put("uri", between.uri(uri)));
    keys = await(store.keys());
  }

  @BeforeEach
  void fill() {
    await(keys.expire(NOW + 1));
    TenantId tenant = Samples.tenant();
    ServiceAccount account = SAMPLES.account(NOW);
    await(keys.create(tenant, account, ACT));
    KeySecret secret = SAMPLES.secret();
    ApiToken token = SAMPLES.tokenOf(account.id(), secret, NOW, NOW + 1);
    await(keys.mint(tenant, token, secret, ACT));
    owner = new Owner(tenant, account, token, secret);
  }

  @AfterAll
  void close() {
    await(store.close());
    between.close();
  }

  private static Future<Boolean> mint(
      KeyStore keys, TenantId tenant, UUID account, KeySecret secret) {
    return keys.mint(tenant, SAMPLES.tokenOf(account, secret, NOW, null), secret, ACT);
  }

  /** All that is stored of the owner, but its events. */
  private List<String> stored() {
    return List.of("service_account", "api_token", "api_secret").stream()
        .map(
            table ->
                "SELECT coalesce(string_agg(t::text, ' ' ORDER BY t::text), '') FROM annals."
                    + "%s AS t WHERE tenant_id = '%s'".formatted(table, owner.tenant()))
        .map(sql -> TestDatabase.asLogin(settings, sql).iterator().next().getString(0))
        .toList();
  }

  private long events() {
    String sql = "SELECT count(*) FROM annals.key_lifecycle WHERE tenant_id = '%s'";
    return TestDatabase.asLogin(settings, sql.formatted(owner.tenant()))
        .iterator()
        .next()
        .getLong(0);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void change_thatDiesBeforeItsEventIsStored_leavesNothing(Change change) {
    List<String> before = stored();
    PgConnection admin = await(PgConnection.connect(TestDatabase.VERTX, settings.loginOptions()));
    await(admin.query("BEGIN; LOCK TABLE annals.key_lifecycle IN SHARE MODE").execute());
    Future<?> call = change.call().apply(keys, owner);
    TestDatabase.awaitLockWaits(admin, 1);
    TestDatabase.asLogin(
        settings,
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'""");
    assertUnavailable(call);
    await(admin.query("ROLLBACK").execute());
    await(admin.close());
    assertThat(stored()).isEqualTo(before);
    assertThat(events()).isEqualTo(2);
    await(change.call().apply(keys, owner));
    assertThat(stored()).isNotEqualTo(before);
    assertThat(events()).isEqualTo(2 + change.events());
  }

  @ParameterizedTest
  @MethodSource("changes")
  void change_whoseCommitAnswerIsLost_isStoredWithItsEvent(Change change) {
    List<String> before = stored();
    between.lose(1);
    assertUnavailable(change.call().apply(keys, owner));
    assertThat(stored()).isNotEqualTo(before);
    assertThat(events()).isEqualTo(2 + change.events());
  }

  private static void assertUnavailable(Future<?> call) {
    assertThatThrownBy(() -> await(call))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
  }

  @Test
  void mintAndRotation_withAPrefixThatIsTaken_storeNothing() {
    List<String> before = stored();
    for (Future<?> call :
        List.of(
            mint(keys, owner.tenant(), owner.account().id(), owner.secret()),
            keys.rotate(owner.tenant(), owner.token().id(), owner.secret(), 0, ACT))) {
      assertThatThrownBy(() -> await(call)).isInstanceOf(StoreException.class);
    }
    assertThat(stored()).isEqualTo(before);
    ActivitySubject account = ActivitySubject.serviceAccount(owner.account().id());
    assertThat(
            await(keys.lifecycle(owner.tenant(), account, KeyQuery.first(9, NOW)))
                .orElseThrow()
                .items()
                .stream()
                .map((Event event) -> event.value(KeyLifecycle.OPERATION)))
        .containsExactly("MINT", "PROVISION");
  }
}
