package io.annals.store;

import io.annals.model.ActivitySubject;
import io.annals.model.ApiToken;
import io.annals.model.Event;
import io.annals.model.Page;
import io.annals.model.ServiceAccount;
import io.annals.model.TenantId;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps service accounts, their tokens, what is needed to recognise the tokens' secrets, and the
 * lifecycle of all of them.
 *
 * <p>Every change is stored together with its event of {@link io.annals.model.KeyLifecycle}, or not
 * at all; success means that both are durable. A change that changes nothing writes no event.
 * Watchers hear of it: on this server before the call succeeds, on others within a second.
 *
 * <p>Lists are ordered newest first by {@link io.annals.model.Position}, and {@link Page#total()}
 * is there. Nothing of another tenant is ever seen. Methods may be called from any thread; a caller
 * on a Vert.x context is answered on it. Failures are {@link StoreException}s.
 */
public interface KeyStore {

  /** Stores a new account (PROVISION). */
  Future<Void> create(TenantId tenant, ServiceAccount account, Act act);

  /** The accounts that were not deleted. */
  Future<Page<ServiceAccount>> accounts(TenantId tenant, KeyQuery query);

  /** The account of this id; empty if there is none or it was deleted. */
  Future<Optional<ServiceAccount>> account(TenantId tenant, UUID accountId);

  /**
   * Revokes the account's tokens (a REVOKE each) and deletes it (DELETE). Its history stays, and so
   * do its tokens in the list of tokens.
   *
   * @return whether there ever was such an account; repeating it changes nothing
   */
  Future<Boolean> delete(TenantId tenant, UUID accountId, Act act);

  /**
   * Stores a new token with its secret (MINT).
   *
   * @return whether it was stored; false if it names a service account that does not exist
   */
  Future<Boolean> mint(TenantId tenant, ApiToken token, KeySecret secret, Act act);

  /** The tokens of the tenant. */
  Future<Page<ApiToken>> tokens(TenantId tenant, KeyQuery query);

  /** The token of this id, whatever its status; empty if there is none. */
  Future<Optional<ApiToken>> token(TenantId tenant, UUID tokenId);

  /**
   * Gives an active token another secret (ROTATE). Its older secrets end when the overlap is over,
   * unless they end before.
   *
   * @param overlapMillis from {@link Act#atMillis} on; 0 ends them at once, whatever clocks say
   * @return the token as it is afterwards, which has the new secret's prefix if it was active at
   *     {@link Act#atMillis}, and is unchanged otherwise; empty if there is none
   */
  Future<Optional<ApiToken>> rotate(
      TenantId tenant, UUID tokenId, KeySecret secret, long overlapMillis, Act act);

  /**
   * Ends a token with all its secrets (REVOKE), also one that expired.
   *
   * @return whether there is such a token; repeating it changes nothing
   */
  Future<Boolean> revoke(TenantId tenant, UUID tokenId, Act act);

  /**
   * The lifecycle of a token, or of an account and all its tokens.
   *
   * @return empty if there never was such a token or account
   */
  Future<Optional<Page<Event>>> lifecycle(TenantId tenant, ActivitySubject subject, KeyQuery query);

  /**
   * What is known of the secret with this prefix, of whichever tenant: the caller has yet to prove
   * that it holds the secret.
   */
  Future<Optional<KnownSecret>> find(String keyPrefix);

  /**
   * Notes when tokens were last let in. Older times than those known change nothing, nor do unknown
   * tokens; no event is written.
   *
   * @param lastUsedMillis by token
   */
  Future<Void> used(TenantId tenant, Map<UUID, Long> lastUsedMillis);

  /**
   * Writes the EXPIRE events that are due, of every tenant: one for each token that expired before
   * it was revoked, created when it expired, whose actor is {@code annals}. Several servers may do
   * so at once.
   *
   * @return how many were written
   */
  Future<Integer> expire(long nowMillis);

  /** Tells this watcher of changes until the store is closed. */
  void watch(KeyWatcher watcher);
}
