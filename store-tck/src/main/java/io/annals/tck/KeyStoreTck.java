package io.annals.tck;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.ActivitySubject;
import io.annals.model.ApiToken;
import io.annals.model.Event;
import io.annals.model.KeyLifecycle;
import io.annals.model.Page;
import io.annals.model.ServiceAccount;
import io.annals.model.TenantId;
import io.annals.store.Act;
import io.annals.store.KeySecret;
import io.annals.store.KeyStore;
import io.annals.store.KnownSecret;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link KeyStore} changes and tells. A store runs it by a subclass that hands in the
 * store.
 */
public abstract class KeyStoreTck extends KeyFixture {
  @Test
  void create_storesTheAccountAndItsProvision() {
    ServiceAccount account = samples.account(NOW);
    Act act = samples.act(NOW + 7);
    await(keys().create(tenant, account, act));
    assertThat(await(keys().account(tenant, account.id()))).contains(account);
    assertThat(accounts().items()).containsExactly(account);
    List<Event> life = lifeOfAccount(account.id());
    assertThat(operations(life)).containsExactly("PROVISION");
    assertThat(life.get(0)).satisfies(event -> isBy(event, act));
    assertThat(life.get(0).value(KeyLifecycle.SERVICE_ACCOUNT_ID)).isEqualTo(account.id());
    assertThat(life.get(0).value(KeyLifecycle.TOKEN_ID)).isNull();
    assertThat(life.get(0).value(KeyLifecycle.KEY_PREFIX)).isNull();
  }

  @Test
  void account_thatIsUnknown_isEmpty() {
    assertThat(await(keys().account(tenant, UUID.randomUUID()))).isEmpty();
    assertThat(accounts()).isEqualTo(new Page<>(List.of(), null, OptionalLong.of(0)));
  }

  @Test
  void mint_storesTheTokenItsSecretAndItsMint() {
    ServiceAccount account = provision();
    for (UUID owner : new UUID[] {account.id(), null}) {
      KeySecret secret = samples.secret();
      ApiToken token = token(secret, owner, NOW + MINUTE);
      Act act = samples.act(NOW);
      assertThat(await(keys().mint(tenant, token, secret, act))).isTrue();
      assertThat(await(keys().token(tenant, token.id()))).contains(token);
      assertThat(await(keys().find(secret.keyPrefix())))
          .contains(new KnownSecret(tenant, token, secret, null));
      List<Event> life = lifeOfToken(token.id());
      assertThat(operations(life)).containsExactly("MINT");
      assertThat(life.get(0)).satisfies(event -> isBy(event, act));
      assertThat(life.get(0)).satisfies(event -> isOf(event, token));
      assertThat(detail(life.get(0)).getString("name")).isEqualTo(token.name());
      assertThat(detail(life.get(0)).getJsonArray("scopes"))
          .isEqualTo(new JsonArray(token.scopes()));
    }
  }

  @Test
  void mint_forAnAccountThatDoesNotExist_storesNothing() {
    ServiceAccount deleted = provision();
    await(keys().delete(tenant, deleted.id(), samples.act(NOW)));
    for (UUID account : List.of(UUID.randomUUID(), deleted.id())) {
      KeySecret secret = samples.secret();
      ApiToken token = token(secret, account, null);
      assertThat(await(keys().mint(tenant, token, secret, samples.act(NOW)))).isFalse();
      assertThat(await(keys().token(tenant, token.id()))).isEmpty();
      assertThat(await(keys().find(secret.keyPrefix()))).isEmpty();
      assertThat(await(lifecycle(ActivitySubject.token(token.id()), first(9)))).isEmpty();
    }
    assertThat(operations(lifeOfAccount(deleted.id()))).containsExactly("DELETE", "PROVISION");
    assertThat(tokens(first(9)).items()).isEmpty();
  }

  @Test
  void find_ofAnUnknownPrefix_isEmpty() {
    assertThat(await(keys().find("annals_nobody"))).isEmpty();
    assertThat(await(keys().find(""))).isEmpty();
  }

  @Test
  void rotate_givesANewSecret_andEndsTheOldOneAfterTheOverlap() {
    KeySecret old = samples.secret();
    ApiToken token = mint(old, provision().id(), null);
    KeySecret fresh = samples.secret();
    Act act = samples.act(NOW + 10);
    ApiToken rotated = token.withKeyPrefix(fresh.keyPrefix());
    assertThat(await(keys().rotate(tenant, token.id(), fresh, 5000, act))).contains(rotated);
    assertThat(await(keys().token(tenant, token.id()))).contains(rotated);
    assertThat(await(keys().find(old.keyPrefix())))
        .contains(new KnownSecret(tenant, rotated, old, NOW + 5010));
    assertThat(await(keys().find(fresh.keyPrefix())))
        .contains(new KnownSecret(tenant, rotated, fresh, null));
    List<Event> life = lifeOfToken(token.id());
    assertThat(operations(life)).containsExactly("ROTATE", "MINT");
    assertThat(life.get(0)).satisfies(event -> isBy(event, act));
    assertThat(life.get(0)).satisfies(event -> isOf(event, rotated));
    assertThat(detail(life.get(0)).getLong("olderSecretsEndAt")).isEqualTo(NOW + 5010);
  }

  @Test
  void rotate_severalTimes_letsNoSecretOutliveItsFirstOverlap() {
    List<KeySecret> secrets = Stream.generate(samples::secret).limit(4).toList();
    ApiToken token = mint(secrets.get(0), null, null);
    long[] overlaps = {10_000, 0, 20_000};
    for (int i = 0; i < overlaps.length; i++) {
      Act act = samples.act(NOW + i);
      await(keys().rotate(tenant, token.id(), secrets.get(i + 1), overlaps[i], act));
    }
    // The second rotation ended the first two at once, and the third cannot bring them back.
    assertThat(secrets.stream().map(this::validUntil))
        .containsExactly(0L, 0L, NOW + 2 + 20_000, null);
  }

  @Test
  void rotate_withoutOverlap_endsTheOldSecretAtAnyTime_andSaysWhenItWas() {
    KeySecret old = samples.secret();
    ApiToken token = mint(old, null, null);
    await(keys().rotate(tenant, token.id(), samples.secret(), 0, samples.act(NOW + 10)));
    assertThat(validUntil(old)).isZero();
    assertThat(detail(lifeOfToken(token.id()).get(0)).getLong("olderSecretsEndAt"))
        .isEqualTo(NOW + 10);
  }

  @Test
  void rotate_withAShorterOverlapBefore_keepsTheEarlierEnd() {
    List<KeySecret> secrets = Stream.generate(samples::secret).limit(3).toList();
    ApiToken token = mint(secrets.get(0), null, null);
    await(keys().rotate(tenant, token.id(), secrets.get(1), 1000, samples.act(NOW)));
    await(keys().rotate(tenant, token.id(), secrets.get(2), 9000, samples.act(NOW)));
    assertThat(secrets.stream().map(this::validUntil))
        .containsExactly(NOW + 1000, NOW + 9000, null);
  }

  @Test
  void rotate_ofATokenThatIsNotActive_changesNothing() {
    KeySecret ofRevoked = samples.secret();
    UUID revoked = mint(ofRevoked, null, null).id();
    await(keys().revoke(tenant, revoked, samples.act(NOW)));
    KeySecret ofExpired = samples.secret();
    UUID expired = mint(ofExpired, null, NOW + 1).id();
    for (UUID id : List.of(revoked, expired)) {
      Optional<ApiToken> before = await(keys().token(tenant, id));
      List<Event> life = lifeOfToken(id);
      KeySecret fresh = samples.secret();
      assertThat(await(keys().rotate(tenant, id, fresh, 50, samples.act(NOW + 1))))
          .isEqualTo(before);
      assertThat(await(keys().token(tenant, id))).isEqualTo(before);
      assertThat(await(keys().find(fresh.keyPrefix()))).isEmpty();
      assertThat(lifeOfToken(id)).isEqualTo(life);
    }
    assertThat(validUntil(ofRevoked)).isNull();
    assertThat(validUntil(ofExpired)).isNull();
    KeySecret unused = samples.secret();
    UUID unknown = UUID.randomUUID();
    assertThat(await(keys().rotate(tenant, unknown, unused, 50, samples.act(NOW)))).isEmpty();
    assertThat(await(keys().find(unused.keyPrefix()))).isEmpty();
  }

  @Test
  void revoke_endsTheToken_once() {
    KeySecret old = samples.secret();
    KeySecret fresh = samples.secret();
    ApiToken token = mint(old, provision().id(), null);
    await(keys().rotate(tenant, token.id(), fresh, 5000, samples.act(NOW)));
    Act act = samples.act(NOW + 1);
    assertThat(await(keys().revoke(tenant, token.id(), act))).isTrue();
    assertThat(await(keys().revoke(tenant, token.id(), samples.act(NOW + 2)))).isTrue();
    ApiToken revoked = token.withKeyPrefix(fresh.keyPrefix()).revokedAt(NOW + 1);
    assertThat(await(keys().token(tenant, token.id()))).contains(revoked);
    for (KeySecret secret : List.of(old, fresh)) {
      assertThat(await(keys().find(secret.keyPrefix())).orElseThrow().token()).isEqualTo(revoked);
    }
    List<Event> life = lifeOfToken(token.id());
    assertThat(operations(life)).containsExactly("REVOKE", "ROTATE", "MINT");
    assertThat(life.get(0)).satisfies(event -> isBy(event, act));
    assertThat(life.get(0)).satisfies(event -> isOf(event, revoked));
  }

  @Test
  void revoke_endsAlsoATokenThatExpired() {
    ApiToken token = mint(samples.secret(), null, NOW + 1);
    assertThat(await(keys().revoke(tenant, token.id(), samples.act(NOW + 5)))).isTrue();
    assertThat(await(keys().token(tenant, token.id()))).contains(token.revokedAt(NOW + 5));
  }

  @Test
  void revoke_ofAnUnknownToken_isFalse() {
    assertThat(await(keys().revoke(tenant, UUID.randomUUID(), samples.act(NOW)))).isFalse();
  }

  @Test
  void delete_revokesTheAccountsTokens_andKeepsItsHistory() {
    ServiceAccount account = provision();
    ApiToken active = mint(samples.secret(), account.id(), null);
    ApiToken expired = mint(samples.secret(), account.id(), NOW + 1);
    ApiToken revoked = mint(samples.secret(), account.id(), null);
    await(keys().revoke(tenant, revoked.id(), samples.act(NOW + 1)));
    ApiToken ofAnother = mint(samples.secret(), provision().id(), null);
    Act act = samples.act(NOW + 2);
    assertThat(await(keys().delete(tenant, account.id(), act))).isTrue();
    List<Event> life = lifeOfAccount(account.id());
    assertThat(operations(life))
        .containsExactly(
            "DELETE", "REVOKE", "REVOKE", "REVOKE", "MINT", "MINT", "MINT", "PROVISION");
    assertThat(life.subList(0, 3)).allSatisfy(event -> isBy(event, act));
    assertThat(life.get(0).value(KeyLifecycle.TOKEN_ID)).isNull();
    assertThat(await(keys().account(tenant, account.id()))).isEmpty();
    assertThat(accounts().items()).hasSize(1);
    assertThat(tokens(first(9).ofAccount(account.id())).items())
        .containsExactlyInAnyOrder(
            active.revokedAt(NOW + 2), expired.revokedAt(NOW + 2), revoked.revokedAt(NOW + 1));
    assertThat(await(keys().token(tenant, ofAnother.id()))).contains(ofAnother);
  }

  @Test
  void delete_repeated_changesNothing() {
    ServiceAccount account = provision();
    assertThat(await(keys().delete(tenant, account.id(), samples.act(NOW)))).isTrue();
    assertThat(await(keys().delete(tenant, account.id(), samples.act(NOW + 1)))).isTrue();
    assertThat(operations(lifeOfAccount(account.id()))).containsExactly("DELETE", "PROVISION");
    assertThat(await(keys().delete(tenant, UUID.randomUUID(), samples.act(NOW)))).isFalse();
  }

  @Test
  void expire_writesTheEventOfEachTokenOnce() {
    drainExpired(NOW + MINUTE);
    ApiToken expired = mint(samples.secret(), provision().id(), NOW + 5);
    TenantId other = Samples.tenant();
    KeySecret secret = samples.secret();
    ApiToken ofOther = samples.tokenOfUser(secret, NOW, NOW + 9);
    await(keys().mint(other, ofOther, secret, samples.act(NOW)));
    ApiToken later = mint(samples.secret(), null, NOW + MINUTE + 1);
    ApiToken never = mint(samples.secret(), null, null);
    assertThat(await(keys().expire(NOW + 4))).isZero();
    List<Future<Integer>> written =
        List.of(
            keys().expire(NOW + MINUTE),
            othersKeys().expire(NOW + MINUTE),
            keys().expire(NOW + MINUTE),
            othersKeys().expire(NOW + MINUTE));
    assertThat(written.stream().mapToInt(Futures::await).sum()).isEqualTo(2);
    assertThat(await(keys().expire(NOW + MINUTE))).isZero();
    List<Event> life = lifeOfToken(expired.id());
    assertThat(operations(life)).containsExactly("EXPIRE", "MINT");
    assertThat(life.get(0)).satisfies(event -> isOf(event, expired));
    assertThat(life.get(0)).satisfies(e -> isBy(e, new Act("annals", null, null, null, NOW + 5)));
    assertThat(
            operations(
                await(keys().lifecycle(other, ActivitySubject.token(ofOther.id()), first(9)))
                    .orElseThrow()
                    .items()))
        .containsExactly("EXPIRE", "MINT");
    assertThat(await(keys().token(tenant, expired.id()))).contains(expired);
    for (ApiToken token : List.of(later, never)) {
      assertThat(operations(lifeOfToken(token.id()))).containsExactly("MINT");
    }
  }

  @Test
  void expire_passesOverTokensRevokedBefore_butNotAfter() {
    drainExpired(NOW + MINUTE);
    ApiToken before = mint(samples.secret(), null, NOW + 5);
    await(keys().revoke(tenant, before.id(), samples.act(NOW + 4)));
    ApiToken after = mint(samples.secret(), null, NOW + 5);
    await(keys().revoke(tenant, after.id(), samples.act(NOW + 6)));
    assertThat(await(keys().expire(NOW + MINUTE))).isEqualTo(1);
    assertThat(operations(lifeOfToken(before.id()))).containsExactly("REVOKE", "MINT");
    assertThat(operations(lifeOfToken(after.id()))).containsExactly("REVOKE", "EXPIRE", "MINT");
  }

  @Test
  void used_notesTheLatestTime_andWritesNoEvent() {
    ApiToken first = mint(samples.secret(), null, null);
    ApiToken second = mint(samples.secret(), null, null);
    Map<UUID, Long> uses = Map.of(first.id(), NOW + 50, UUID.randomUUID(), NOW + 60);
    await(keys().used(tenant, uses));
    await(keys().used(tenant, Map.of(first.id(), NOW + 40, second.id(), NOW + 30)));
    await(keys().used(tenant, Map.of()));
    assertThat(await(keys().token(tenant, first.id()))).contains(first.usedAt(NOW + 50));
    assertThat(await(keys().token(tenant, second.id()))).contains(second.usedAt(NOW + 30));
    assertThat(operations(lifeOfToken(first.id()))).containsExactly("MINT");
  }

  @Test
  void nothing_isSeenOrChanged_byAnotherTenant() {
    ServiceAccount account = provision();
    KeySecret secret = samples.secret();
    ApiToken token = mint(secret, account.id(), null);
    TenantId other = Samples.tenant();
    assertThat(await(keys().account(other, account.id()))).isEmpty();
    assertThat(await(keys().accounts(other, first(9))).total()).hasValue(0);
    assertThat(await(keys().token(other, token.id()))).isEmpty();
    assertThat(await(keys().tokens(other, first(9))).items()).isEmpty();
    assertThat(await(keys().tokens(other, first(9))).total()).hasValue(0);
    for (ActivitySubject subject :
        List.of(ActivitySubject.token(token.id()), ActivitySubject.serviceAccount(account.id()))) {
      assertThat(await(keys().lifecycle(other, subject, first(9)))).isEmpty();
    }
    KeySecret theirs = samples.secret();
    ApiToken intruder = samples.tokenOf(account.id(), theirs, NOW, null);
    assertThat(await(keys().mint(other, intruder, theirs, samples.act(NOW)))).isFalse();
    assertThat(await(keys().rotate(other, token.id(), theirs, 0, samples.act(NOW)))).isEmpty();
    assertThat(await(keys().revoke(other, token.id(), samples.act(NOW)))).isFalse();
    assertThat(await(keys().delete(other, account.id(), samples.act(NOW)))).isFalse();
    await(keys().used(other, Map.of(token.id(), NOW)));
    assertThat(await(keys().find(secret.keyPrefix())))
        .contains(new KnownSecret(tenant, token, secret, null));
    assertThat(operations(lifeOfAccount(account.id()))).containsExactly("MINT", "PROVISION");
  }

  @Test
  void watchers_hearOfEveryChange_beforeItSucceeds() {
    KeyWatch here = new KeyWatch();
    keys().watch(here);
    drainExpired(NOW + MINUTE);
    UUID account = provision().id();
    ApiToken token = mint(samples.secret(), account, NOW + 5);
    await(keys().rotate(tenant, token.id(), samples.secret(), 0, samples.act(NOW)));
    assertThat(here.takeChanged()).contains(token.id());
    await(keys().expire(NOW + MINUTE));
    assertThat(here.takeChanged()).contains(token.id());
    await(keys().revoke(tenant, token.id(), samples.act(NOW)));
    assertThat(here.takeChanged()).contains(token.id());
    ApiToken another = mint(samples.secret(), account, null);
    await(keys().delete(tenant, account, samples.act(NOW)));
    assertThat(here.takeChanged()).contains(another.id());
  }

  @Test
  void watchers_hearOfWhatOthersDo_andHowFarTheyHeard() {
    KeyWatch there = new KeyWatch();
    othersKeys().watch(there);
    there.awaitCaughtUp(System.nanoTime());
    ApiToken token = mint(samples.secret(), null, null);
    await(keys().revoke(tenant, token.id(), samples.act(NOW)));
    there.awaitCaughtUp(System.nanoTime());
    assertThat(there.takeChanged()).contains(token.id());
  }

  @Test
  void rotations_atOnce_leaveOneNewestSecret() {
    KeySecret old = samples.secret();
    ApiToken token = mint(old, null, null);
    List<KeySecret> secrets = Stream.generate(samples::secret).limit(12).toList();
    List<Future<Optional<ApiToken>>> rotations = new ArrayList<>();
    for (KeySecret secret : secrets) {
      KeyStore store = rotations.size() % 2 == 0 ? keys() : othersKeys();
      rotations.add(store.rotate(tenant, token.id(), secret, 0, samples.act(NOW)));
    }
    for (int i = 0; i < secrets.size(); i++) {
      assertThat(await(rotations.get(i))).contains(token.withKeyPrefix(secrets.get(i).keyPrefix()));
    }
    String newest = await(keys().token(tenant, token.id())).orElseThrow().keyPrefix();
    assertThat(validUntil(old)).isZero();
    for (KeySecret secret : secrets) {
      assertThat(validUntil(secret)).isEqualTo(secret.keyPrefix().equals(newest) ? null : 0L);
    }
    assertThat(lifeOfToken(token.id())).hasSize(13);
  }

  @Test
  void rotationAndRevocation_atOnce_leaveOneLife() {
    for (int i = 0; i < 12; i++) {
      KeySecret old = samples.secret();
      KeySecret fresh = samples.secret();
      ApiToken token = mint(old, null, null);
      Future<Optional<ApiToken>> rotation =
          keys().rotate(tenant, token.id(), fresh, 0, samples.act(NOW));
      Future<Boolean> revocation = othersKeys().revoke(tenant, token.id(), samples.act(NOW));
      boolean rotated = await(rotation).orElseThrow().keyPrefix().equals(fresh.keyPrefix());
      assertThat(await(revocation)).isTrue();
      String newest = (rotated ? fresh : old).keyPrefix();
      assertThat(await(keys().token(tenant, token.id())))
          .contains(token.withKeyPrefix(newest).revokedAt(NOW));
      assertThat(await(keys().find(fresh.keyPrefix())).isPresent()).isEqualTo(rotated);
      List<Event> life = lifeOfToken(token.id());
      assertThat(life).hasSize(rotated ? 3 : 2);
      assertThat(life)
          .filteredOn(event -> event.value(KeyLifecycle.OPERATION).equals("REVOKE"))
          .singleElement()
          .satisfies(event -> assertThat(event.value(KeyLifecycle.KEY_PREFIX)).isEqualTo(newest));
    }
  }

  @Test
  void mintsAndDeletion_atOnce_leaveNoTokenAlive() {
    for (int i = 0; i < 6; i++) {
      UUID account = provision().id();
      List<Future<Boolean>> mints = new ArrayList<>();
      Future<Boolean> deletion = Future.succeededFuture();
      for (int n = 0; n < 8; n++) {
        if (n == 4) {
          deletion = othersKeys().delete(tenant, account, samples.act(NOW + 1));
        }
        KeySecret secret = samples.secret();
        ApiToken token = samples.tokenOf(account, secret, NOW, null);
        mints.add(keys().mint(tenant, token, secret, samples.act(NOW)));
      }
      long minted = mints.stream().filter(Futures::await).count();
      assertThat(await(deletion)).isTrue();
      List<ApiToken> tokens = tokens(first(20).ofAccount(account)).items();
      assertThat(tokens).hasSize((int) minted);
      assertThat(tokens).allSatisfy(t -> assertThat(t.revokedAtMillis()).isEqualTo(NOW + 1));
      assertThat(lifeOfAccount(account)).hasSize((int) (2 + 2 * minted));
    }
  }

  private void drainExpired(long nowMillis) {
    await(keys().expire(nowMillis));
    assertThat(await(keys().expire(nowMillis))).isZero();
  }

  private Page<ServiceAccount> accounts() {
    return await(keys().accounts(tenant, first(50)));
  }

  private @Nullable Long validUntil(KeySecret secret) {
    return await(keys().find(secret.keyPrefix())).orElseThrow().validUntilMillis();
  }

  private static JsonObject detail(Event event) {
    return new JsonObject((String) event.value(KeyLifecycle.DETAIL));
  }

  private static void isBy(Event event, Act act) {
    assertThat(event.createdAtMillis()).isEqualTo(act.atMillis());
    assertThat(event.value(KeyLifecycle.ACTOR)).isEqualTo(act.actor());
    assertThat(event.value(KeyLifecycle.REQUEST_ID)).isEqualTo(act.requestId());
    assertThat(event.value(KeyLifecycle.REMOTE_IP)).isEqualTo(act.remoteIp());
  }

  private static void isOf(Event event, ApiToken token) {
    assertThat(event.value(KeyLifecycle.TOKEN_ID)).isEqualTo(token.id());
    assertThat(event.value(KeyLifecycle.SERVICE_ACCOUNT_ID)).isEqualTo(token.serviceAccountId());
    assertThat(event.value(KeyLifecycle.KEY_PREFIX)).isEqualTo(token.keyPrefix());
  }
}
