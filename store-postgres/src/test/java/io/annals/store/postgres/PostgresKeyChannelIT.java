package io.annals.store.postgres;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.ApiToken;
import io.annals.model.TenantId;
import io.annals.store.KeySecret;
import io.annals.store.KeyStore;
import io.annals.store.Store;
import io.annals.tck.KeySamples;
import io.annals.tck.KeyWatch;
import io.annals.tck.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgBuilder;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What two servers on one database tell each other, also while their connections die. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresKeyChannelIT {
  private static final long NOW = 1_767_225_600_000L;

  private final TenantId tenant = Samples.tenant();
  private final KeySamples samples = new KeySamples(3);
  private final JsonObject section = TestDatabase.emptyDatabase();
  private final PostgresSettings settings = PostgresSettings.of(section);
  private Store here;
  private Store there;
  private KeyStore keys;
  private KeyStore othersKeys;
  private KeyWatch watch;

  @BeforeAll
  void open() {
    here = TestDatabase.open(section);
    there = TestDatabase.open(section);
    keys = await(here.keys());
    othersKeys = await(there.keys());
  }

  @BeforeEach
  void watch() {
    watch = new KeyWatch();
    othersKeys.watch(watch);
    watch.awaitCaughtUp(System.nanoTime());
  }

  @AfterAll
  void close() {
    await(here.close());
    await(there.close());
  }

  private UUID mint(KeyStore store) {
    KeySecret secret = samples.secret();
    ApiToken token = samples.tokenOfUser(secret, NOW, null);
    assertThat(await(store.mint(tenant, token, secret, samples.act(NOW)))).isTrue();
    return token.id();
  }

  private void revoke(UUID token) {
    assertThat(await(keys.revoke(tenant, token, samples.act(NOW)))).isTrue();
  }

  private void killListeners() {
    TestDatabase.asLogin(
        settings,
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'annals-listener'""");
  }

  @Test
  void revocation_isHeardByTheOtherServer_withinASecond() {
    for (int i = 0; i < 10; i++) {
      UUID token = mint(keys);
      watch.awaitChanged(token);
      watch.takeChanged();
      revoke(token);
      long revokedNanoTime = System.nanoTime();
      watch.awaitChanged(token);
      long heardMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - revokedNanoTime);
      assertThat(heardMillis).isLessThan(1_000);
    }
  }

  @Test
  void beingCaughtUp_provesThatEarlierChangesWereHeard() {
    for (int i = 0; i < 20; i++) {
      UUID token = mint(keys);
      watch.awaitCaughtUp(System.nanoTime());
      assertThat(watch.takeChanged()).contains(token);
    }
  }

  @Test
  void killedListener_tellsThatChangesWereMissed_andHearsAgain() {
    for (int i = 0; i < 3; i++) {
      int missed = watch.timesMissed();
      killListeners();
      watch.awaitMissed(missed);
      watch.awaitCaughtUp(System.nanoTime());
      UUID token = mint(keys);
      revoke(token);
      watch.awaitChanged(token);
    }
  }

  @Test
  void killedListener_failsNobodysCall() {
    for (int i = 0; i < 10; i++) {
      killListeners();
      UUID token = mint(keys);
      revoke(token);
      assertThat(await(othersKeys.token(tenant, token)).orElseThrow().revokedAtMillis())
          .isEqualTo(NOW);
    }
    watch.awaitCaughtUp(System.nanoTime());
  }

  @Test
  void changesMadeHere_areHeard_withoutAnyConnectionThatListens() {
    PostgresReaders readers =
        new PostgresReaders(
            PgBuilder.pool()
                .with(settings.poolOptions())
                .connectingTo(settings.applicationOptions())
                .using(TestDatabase.VERTX)
                .build(),
            settings,
            new SimpleMeterRegistry());
    KeyStore deaf =
        new PostgresKeyStore(readers, new PostgresKeyChannel(settings, new SimpleMeterRegistry()));
    KeyWatch own = new KeyWatch();
    deaf.watch(own);
    UUID token = mint(deaf);
    assertThat(own.takeChanged()).containsExactly(token);
    await(deaf.rotate(tenant, token, samples.secret(), 0, samples.act(NOW)));
    assertThat(own.takeChanged()).containsExactly(token);
    await(deaf.revoke(tenant, token, samples.act(NOW)));
    assertThat(own.takeChanged()).containsExactly(token);
    await(deaf.revoke(tenant, token, samples.act(NOW)));
    assertThat(own.takeChanged()).isEmpty();
    await(readers.close());
  }

  @Test
  void notificationOfSomethingElse_countsAsMissed() {
    int missed = watch.timesMissed();
    TestDatabase.asLogin(settings, "NOTIFY annals_keys, 'something else'");
    watch.awaitMissed(missed);
    UUID token = mint(keys);
    watch.awaitChanged(token);
  }

  @Test
  void closedStore_listensNoMore() {
    Store store = TestDatabase.open(section);
    KeyWatch own = new KeyWatch();
    await(store.keys()).watch(own);
    own.awaitCaughtUp(System.nanoTime());
    await(store.close());
    own.takeChanged();
    UUID token = mint(keys);
    watch.awaitChanged(token);
    assertThat(own.takeChanged()).isEmpty();
  }
}
