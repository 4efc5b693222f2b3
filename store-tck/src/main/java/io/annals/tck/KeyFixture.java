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
import io.annals.store.KeyQuery;
import io.annals.store.KeySecret;
import io.annals.store.KeyStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Accounts and tokens of a tenant of its own, for tests of a {@link KeyStore}. */
abstract class KeyFixture {
  /** 2026-01-01T00:00:00Z. */
  static final long NOW = 1_767_225_600_000L;

  static final long MINUTE = 60_000;

  final TenantId tenant = Samples.tenant();
  final KeySamples samples = new KeySamples(42);

  /** The store under test; the same for every test of a class. */
  protected abstract KeyStore keys();

  /** The same keys through another server's store, where there can be one. */
  protected KeyStore othersKeys() {
    return keys();
  }

  ServiceAccount provision() {
    ServiceAccount account = samples.account(NOW);
    await(keys().create(tenant, account, samples.act(NOW)));
    return account;
  }

  ApiToken token(KeySecret secret, @Nullable UUID account, @Nullable Long expiresAt) {
    return account == null
        ? samples.tokenOfUser(secret, NOW, expiresAt)
        : samples.tokenOf(account, secret, NOW, expiresAt);
  }

  ApiToken mint(KeySecret secret, @Nullable UUID account, @Nullable Long expiresAt) {
    return minted(token(secret, account, expiresAt), secret);
  }

  ApiToken minted(ApiToken token, KeySecret secret) {
    assertThat(await(keys().mint(tenant, token, secret, samples.act(NOW)))).isTrue();
    return token;
  }

  static KeyQuery first(int limit) {
    return KeyQuery.first(limit, NOW + MINUTE);
  }

  Page<ApiToken> tokens(KeyQuery query) {
    return await(keys().tokens(tenant, query));
  }

  Future<Optional<Page<Event>>> lifecycle(ActivitySubject subject, KeyQuery query) {
    return keys().lifecycle(tenant, subject, query);
  }

  List<Event> lifeOfToken(UUID id) {
    return await(lifecycle(ActivitySubject.token(id), first(100))).orElseThrow().items();
  }

  List<Event> lifeOfAccount(UUID id) {
    ActivitySubject subject = ActivitySubject.serviceAccount(id);
    return await(lifecycle(subject, first(100))).orElseThrow().items();
  }

  static List<String> operations(List<Event> events) {
    return events.stream().map(e -> (String) e.value(KeyLifecycle.OPERATION)).toList();
  }
}
