package io.annals.store.postgres;

import io.annals.model.ActivitySubject;
import io.annals.model.ApiToken;
import io.annals.model.Event;
import io.annals.model.Page;
import io.annals.model.ServiceAccount;
import io.annals.model.TenantId;
import io.annals.store.Act;
import io.annals.store.KeyQuery;
import io.annals.store.KeySecret;
import io.annals.store.KeyStore;
import io.annals.store.KeyWatcher;
import io.annals.store.KnownSecret;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Keys, each change in a transaction with its events. */
final class PostgresKeyStore implements KeyStore {
  /** Keys are few, and lists of them are planned like any other statement. */
  private static final String PLAN_CACHE_MODE = "auto";

  private final PostgresReaders readers;
  private final PostgresKeyChannel channel;
  private final PostgresKeyExpiry expiry;

  PostgresKeyStore(PostgresReaders readers, PostgresKeyChannel channel) {
    this.readers = readers;
    this.channel = channel;
    expiry = new PostgresKeyExpiry(readers, channel);
  }

  @Override
  public Future<Void> create(TenantId tenant, ServiceAccount account, Act act) {
    Tuple parameters = PostgresAccounts.insertParameters(tenant, account);
    return change(
        tenant,
        change ->
            Future.join(
                    change.execute(PostgresAccounts.INSERT, parameters),
                    change.record(List.of(PostgresKeyChange.EVENTS.provision(account, act))))
                .mapEmpty());
  }

  @Override
  public Future<Page<ServiceAccount>> accounts(TenantId tenant, KeyQuery query) {
    PostgresKeyList<ServiceAccount> list = PostgresAccounts.list(tenant);
    return read(tenant, connection -> list.read(connection, query));
  }

  @Override
  public Future<Optional<ServiceAccount>> account(TenantId tenant, UUID accountId) {
    return one(tenant, PostgresAccounts.ONE, accountId, PostgresAccounts::account);
  }

  @Override
  public Future<Boolean> delete(TenantId tenant, UUID accountId, Act act) {
    Tuple key = Tuple.of(tenant.value(), accountId);
    return change(
        tenant,
        change ->
            change
                .execute(PostgresAccounts.LOCK, key)
                .compose(
                    rows -> {
                      boolean exists = rows.size() > 0;
                      boolean isOver = exists && rows.iterator().next().getLong(0) != null;
                      return !exists || isOver
                          ? Future.succeededFuture(exists)
                          : delete(change, accountId, act).map(true);
                    }));
  }

  private static Future<?> delete(PostgresKeyChange change, UUID accountId, Act act) {
    UUID tenant = change.tenant().value();
    return change
        .execute(PostgresTokens.LOCK_OF_ACCOUNT, Tuple.of(tenant, accountId))
        .compose(
            rows -> {
              List<ApiToken> tokens = PostgresTokens.tokens(rows);
              List<Event> events = new ArrayList<>();
              tokens.forEach(token -> events.add(PostgresKeyChange.EVENTS.revoke(token, act)));
              events.add(PostgresKeyChange.EVENTS.delete(accountId, act));
              Tuple deleted = Tuple.of(tenant, accountId, act.atMillis());
              return Future.join(
                  change.execute(
                      PostgresTokens.REVOKE,
                      Tuple.of(tenant, PostgresTokens.ids(tokens), act.atMillis())),
                  change.execute(PostgresAccounts.DELETE, deleted),
                  change.record(events));
            });
  }

  @Override
  public Future<Boolean> mint(TenantId tenant, ApiToken token, KeySecret secret, Act act) {
    UUID account = token.serviceAccountId();
    return change(
        tenant,
        change ->
            account == null
                ? insert(change, token, secret, act).map(true)
                : change
                    .execute(PostgresAccounts.HOLD, Tuple.of(tenant.value(), account))
                    .compose(
                        rows ->
                            rows.size() == 0
                                ? Future.succeededFuture(false)
                                : insert(change, token, secret, act).map(true)));
  }

  private static Future<?> insert(
      PostgresKeyChange change, ApiToken token, KeySecret secret, Act act) {
    TenantId tenant = change.tenant();
    return Future.join(
        change.execute(PostgresTokens.INSERT, PostgresTokens.insertParameters(tenant, token)),
        change.execute(
            PostgresTokens.INSERT_SECRET,
            PostgresTokens.secretParameters(tenant, token.id(), secret)),
        change.record(List.of(PostgresKeyChange.EVENTS.mint(token, act))));
  }

  @Override
  public Future<Page<ApiToken>> tokens(TenantId tenant, KeyQuery query) {
    PostgresKeyList<ApiToken> list = PostgresTokens.list(tenant, query);
    return read(tenant, connection -> list.read(connection, query));
  }

  @Override
  public Future<Optional<ApiToken>> token(TenantId tenant, UUID tokenId) {
    return one(tenant, PostgresTokens.ONE, tokenId, PostgresTokens::token);
  }

  @Override
  public Future<Optional<ApiToken>> rotate(
      TenantId tenant, UUID tokenId, KeySecret secret, long overlapMillis, Act act) {
    return withToken(
        tenant,
        tokenId,
        (change, token) ->
            token.status(act.atMillis()) == ApiToken.Status.ACTIVE
                ? rotate(change, token, secret, overlapMillis, act)
                : Future.succeededFuture(token));
  }

  private static Future<ApiToken> rotate(
      PostgresKeyChange change, ApiToken token, KeySecret secret, long overlapMillis, Act act) {
    TenantId tenant = change.tenant();
    ApiToken rotated = token.withKeyPrefix(secret.keyPrefix());
    long untilMillis = KnownSecret.validUntilMillis(act, overlapMillis);
    long endMillis = act.atMillis() + overlapMillis;
    return Future.join(
            List.of(
                change.execute(
                    PostgresTokens.END_SECRETS, Tuple.of(tenant.value(), token.id(), untilMillis)),
                change.execute(
                    PostgresTokens.INSERT_SECRET,
                    PostgresTokens.secretParameters(tenant, token.id(), secret)),
                change.execute(
                    PostgresTokens.SET_PREFIX,
                    Tuple.of(tenant.value(), token.id(), secret.keyPrefix())),
                change.record(List.of(PostgresKeyChange.EVENTS.rotate(rotated, endMillis, act)))))
        .map(rotated);
  }

  @Override
  public Future<Boolean> revoke(TenantId tenant, UUID tokenId, Act act) {
    return withToken(
            tenant,
            tokenId,
            (change, token) -> {
              if (token.revokedAtMillis() != null) {
                return Future.succeededFuture(token);
              }
              Tuple revoked =
                  Tuple.of(tenant.value(), PostgresTokens.ids(List.of(token)), act.atMillis());
              return Future.join(
                      change.execute(PostgresTokens.REVOKE, revoked),
                      change.record(List.of(PostgresKeyChange.EVENTS.revoke(token, act))))
                  .map(token);
            })
        .map(Optional::isPresent);
  }

  /** What is done with a token that is there. */
  private interface TokenChange {
    Future<ApiToken> apply(PostgresKeyChange change, ApiToken token);
  }

  private Future<Optional<ApiToken>> withToken(TenantId tenant, UUID tokenId, TokenChange work) {
    Tuple key = Tuple.of(tenant.value(), tokenId);
    return change(
        tenant,
        change ->
            change
                .execute(PostgresTokens.LOCK, key)
                .compose(
                    rows -> {
                      Optional<ApiToken> token = first(rows, PostgresTokens::token);
                      return token.isEmpty()
                          ? Future.succeededFuture(token)
                          : work.apply(change, token.get()).map(Optional::of);
                    }));
  }

  @Override
  public Future<Optional<Page<Event>>> lifecycle(
      TenantId tenant, ActivitySubject subject, KeyQuery query) {
    boolean ofToken = subject.kind() == ActivitySubject.Kind.TOKEN;
    String column = ofToken ? "token_id" : "service_account_id";
    PostgresKeyList<Event> list = PostgresKeyChange.events(tenant, column, subject.id());
    String known = ofToken ? PostgresTokens.ONE : PostgresAccounts.EXISTED;
    Tuple key = Tuple.of(tenant.value(), subject.id());
    return read(
        tenant,
        connection -> {
          Future<RowSet<Row>> owner = connection.preparedQuery(known).execute(key);
          Future<Page<Event>> page = list.read(connection, query);
          return Future.join(owner, page)
              .map(
                  read ->
                      owner.result().size() == 0 ? Optional.empty() : Optional.of(page.result()));
        });
  }

  @Override
  public Future<Optional<KnownSecret>> find(String keyPrefix) {
    Tuple key = Tuple.of(keyPrefix);
    return readers
        .readSnapshot(
            PostgresWork.KEY_READ,
            PostgresTokens.ACT_FOR_OWNER,
            key,
            connection -> connection.preparedQuery(PostgresTokens.KNOWN).execute(key))
        .map(rows -> first(rows, PostgresTokens::known));
  }

  @Override
  public Future<Void> used(TenantId tenant, Map<UUID, Long> lastUsedMillis) {
    List<UUID> ids = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    lastUsedMillis.forEach(
        (id, atMillis) -> {
          ids.add(id);
          times.add(atMillis);
        });
    Tuple parameters =
        Tuple.of(tenant.value(), ids.toArray(UUID[]::new), times.toArray(Long[]::new));
    return change(tenant, change -> change.execute(PostgresTokens.USED, parameters).mapEmpty());
  }

  @Override
  public Future<Integer> expire(long nowMillis) {
    return expiry.run(nowMillis);
  }

  @Override
  public void watch(KeyWatcher watcher) {
    channel.watch(watcher);
  }

  private <T> Future<Optional<T>> one(TenantId tenant, String sql, UUID id, Function<Row, T> read) {
    Tuple key = Tuple.of(tenant.value(), id);
    return read(tenant, connection -> connection.preparedQuery(sql).execute(key))
        .map(rows -> first(rows, read));
  }

  private <T> Future<T> read(TenantId tenant, Function<SqlConnection, Future<T>> reading) {
    return readers.readSnapshot(PostgresWork.KEY_READ, tenant, PLAN_CACHE_MODE, reading);
  }

  private <T> Future<T> change(TenantId tenant, Function<PostgresKeyChange, Future<T>> work) {
    return PostgresKeyChange.run(readers, channel, tenant, work);
  }

  private static <T> Optional<T> first(RowSet<Row> rows, Function<Row, T> read) {
    return rows.size() == 0 ? Optional.empty() : Optional.of(read.apply(rows.iterator().next()));
  }
}
