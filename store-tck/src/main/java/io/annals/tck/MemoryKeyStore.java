package io.annals.tck;

import com.fasterxml.uuid.Generators;
import io.annals.model.ActivitySubject;
import io.annals.model.ApiToken;
import io.annals.model.ApiToken.Status;
import io.annals.model.Event;
import io.annals.model.KeyLifecycle;
import io.annals.model.Page;
import io.annals.model.Position;
import io.annals.model.ServiceAccount;
import io.annals.model.TenantId;
import io.annals.store.Act;
import io.annals.store.KeyEvents;
import io.annals.store.KeyQuery;
import io.annals.store.KeySecret;
import io.annals.store.KeyStore;
import io.annals.store.KeyWatcher;
import io.annals.store.KnownSecret;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keys in maps, one call at a time. */
final class MemoryKeyStore implements KeyStore {
  /** What a tenant has. */
  private static final class Keys {
    final Map<UUID, ServiceAccount> accounts = new HashMap<>();
    final Set<UUID> deletedAccounts = new HashSet<>();
    final Map<UUID, ApiToken> tokens = new HashMap<>();
    final Set<UUID> expiredTokens = new HashSet<>();
    final List<Event> lifecycle = new ArrayList<>();

    boolean hasAccount(@Nullable UUID id) {
      return accounts.containsKey(id) && !deletedAccounts.contains(id);
    }
  }

  private record Secret(
      TenantId tenant, UUID tokenId, KeySecret secret, @Nullable Long validUntilMillis) {
    Secret endingAt(long atMillis) {
      boolean endsBefore = validUntilMillis != null && validUntilMillis <= atMillis;
      return endsBefore ? this : new Secret(tenant, tokenId, secret, atMillis);
    }
  }

  private final KeyEvents events = new KeyEvents(Generators.timeBasedEpochGenerator()::generate);
  private final MemoryKeyWatchers watchers = new MemoryKeyWatchers();
  private final Map<TenantId, Keys> tenants = new HashMap<>();
  private final Map<String, Secret> secrets = new HashMap<>();

  private Keys keys(TenantId tenant) {
    return tenants.computeIfAbsent(tenant, unseen -> new Keys());
  }

  @Override
  public synchronized Future<Void> create(TenantId tenant, ServiceAccount account, Act act) {
    keys(tenant).accounts.put(account.id(), account);
    keys(tenant).lifecycle.add(events.provision(account, act));
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Page<ServiceAccount>> accounts(TenantId tenant, KeyQuery query) {
    Keys keys = keys(tenant);
    return Future.succeededFuture(
        page(
            keys.accounts.values().stream().filter(account -> keys.hasAccount(account.id())),
            ServiceAccount::position,
            query));
  }

  @Override
  public synchronized Future<Optional<ServiceAccount>> account(TenantId tenant, UUID accountId) {
    Keys keys = keys(tenant);
    return Future.succeededFuture(
        Optional.ofNullable(keys.hasAccount(accountId) ? keys.accounts.get(accountId) : null));
  }

  @Override
  public synchronized Future<Boolean> delete(TenantId tenant, UUID accountId, Act act) {
    Keys keys = keys(tenant);
    if (keys.hasAccount(accountId)) {
      List.copyOf(keys.tokens.values()).stream()
          .filter(token -> accountId.equals(token.serviceAccountId()))
          .forEach(token -> revoke(keys, token, act));
      keys.deletedAccounts.add(accountId);
      keys.lifecycle.add(events.delete(accountId, act));
    }
    return Future.succeededFuture(keys.accounts.containsKey(accountId));
  }

  @Override
  public synchronized Future<Boolean> mint(
      TenantId tenant, ApiToken token, KeySecret secret, Act act) {
    Keys keys = keys(tenant);
    if (token.serviceAccountId() != null && !keys.hasAccount(token.serviceAccountId())) {
      return Future.succeededFuture(false);
    }
    secrets.put(secret.keyPrefix(), new Secret(tenant, token.id(), secret, null));
    changed(keys, token, events.mint(token, act));
    return Future.succeededFuture(true);
  }

  @Override
  public synchronized Future<Page<ApiToken>> tokens(TenantId tenant, KeyQuery query) {
    UUID account = query.serviceAccountId();
    Status status = query.status();
    return Future.succeededFuture(
        page(
            keys(tenant).tokens.values().stream()
                .filter(token -> account == null || account.equals(token.serviceAccountId()))
                .filter(token -> status == null || status == token.status(query.nowMillis())),
            ApiToken::position,
            query));
  }

  @Override
  public synchronized Future<Optional<ApiToken>> token(TenantId tenant, UUID tokenId) {
    return Future.succeededFuture(Optional.ofNullable(keys(tenant).tokens.get(tokenId)));
  }

  @Override
  public synchronized Future<Optional<ApiToken>> rotate(
      TenantId tenant, UUID tokenId, KeySecret secret, long overlapMillis, Act act) {
    Keys keys = keys(tenant);
    ApiToken token = keys.tokens.get(tokenId);
    if (token == null || token.status(act.atMillis()) != Status.ACTIVE) {
      return Future.succeededFuture(Optional.ofNullable(token));
    }
    long untilMillis = KnownSecret.validUntilMillis(act, overlapMillis);
    secrets.replaceAll(
        (prefix, older) -> older.tokenId().equals(tokenId) ? older.endingAt(untilMillis) : older);
    secrets.put(secret.keyPrefix(), new Secret(tenant, tokenId, secret, null));
    ApiToken rotated = token.withKeyPrefix(secret.keyPrefix());
    changed(keys, rotated, events.rotate(rotated, act.atMillis() + overlapMillis, act));
    return Future.succeededFuture(Optional.of(rotated));
  }

  @Override
  public synchronized Future<Boolean> revoke(TenantId tenant, UUID tokenId, Act act) {
    ApiToken token = keys(tenant).tokens.get(tokenId);
    if (token != null) {
      revoke(keys(tenant), token, act);
    }
    return Future.succeededFuture(token != null);
  }

  private void revoke(Keys keys, ApiToken token, Act act) {
    if (token.revokedAtMillis() == null) {
      changed(keys, token.revokedAt(act.atMillis()), events.revoke(token, act));
    }
  }

  private void changed(Keys keys, ApiToken token, Event event) {
    keys.tokens.put(token.id(), token);
    keys.lifecycle.add(event);
    watchers.changed(token.id());
  }

  @Override
  public synchronized Future<Optional<Page<Event>>> lifecycle(
      TenantId tenant, ActivitySubject subject, KeyQuery query) {
    Keys keys = keys(tenant);
    boolean ofToken = subject.kind() == ActivitySubject.Kind.TOKEN;
    if (!(ofToken ? keys.tokens : keys.accounts).containsKey(subject.id())) {
      return Future.succeededFuture(Optional.empty());
    }
    int field = ofToken ? KeyLifecycle.TOKEN_ID : KeyLifecycle.SERVICE_ACCOUNT_ID;
    return Future.succeededFuture(
        Optional.of(
            page(
                keys.lifecycle.stream().filter(event -> subject.id().equals(event.value(field))),
                Event::position,
                query)));
  }

  @Override
  public synchronized Future<Optional<KnownSecret>> find(String keyPrefix) {
    return Future.succeededFuture(Optional.ofNullable(secrets.get(keyPrefix)).map(this::known));
  }

  private KnownSecret known(Secret found) {
    ApiToken token = keys(found.tenant()).tokens.get(found.tokenId());
    return new KnownSecret(found.tenant(), token, found.secret(), found.validUntilMillis());
  }

  @Override
  public synchronized Future<Void> used(TenantId tenant, Map<UUID, Long> lastUsedMillis) {
    lastUsedMillis.forEach(
        (tokenId, atMillis) ->
            keys(tenant).tokens.computeIfPresent(tokenId, (same, token) -> token.usedAt(atMillis)));
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Integer> expire(long nowMillis) {
    int written = 0;
    for (Keys keys : tenants.values()) {
      for (ApiToken token : List.copyOf(keys.tokens.values())) {
        if (isDue(token, nowMillis) && keys.expiredTokens.add(token.id())) {
          changed(keys, token, events.expire(token));
          written++;
        }
      }
    }
    return Future.succeededFuture(written);
  }

  private static boolean isDue(ApiToken token, long nowMillis) {
    Long expiresAt = token.expiresAtMillis();
    Long revokedAt = token.revokedAtMillis();
    return expiresAt != null
        && expiresAt <= nowMillis
        && (revokedAt == null || revokedAt >= expiresAt);
  }

  @Override
  public void watch(KeyWatcher watcher) {
    watchers.add(watcher);
  }

  void close() {
    watchers.close();
  }

  private static <T> Page<T> page(
      Stream<T> wanted, Function<T, Position> position, KeyQuery query) {
    List<T> all = wanted.sorted(Comparator.comparing(position).reversed()).toList();
    List<T> found =
        all.stream()
            .filter(item -> position.apply(item).compareTo(query.below()) < 0)
            .skip(query.skip())
            .limit(query.limit() + 1L)
            .toList();
    return Page.of(found, query.limit(), position, OptionalLong.of(all.size()));
  }
}
