package io.annals.store;

import io.vertx.core.Future;

/**
 * An open backend. It hands out the role that is wanted; all roles share its connections.
 *
 * <p>Closing releases what the store opened and nothing else. Calls that are under way when it is
 * closed are finished first, but not waited for longer than a call may take: a database that is
 * gone must not keep a server from ending.
 */
public interface Store {
  /**
   * The audit streams.
   *
   * @throws UnsupportedOperationException if this is none of the provider's roles
   */
  AuditStore audit();

  /**
   * Makes ready what API request activity needs, and hands it out; called at most once.
   *
   * @throws UnsupportedOperationException if this is none of the provider's roles
   */
  Future<ActivityStore> activity(ActivityPolicy policy);

  /**
   * Makes ready what keys need, and hands it out; called at most once. Keys are kept where the
   * audit streams are, as they need the same care.
   *
   * @throws UnsupportedOperationException if audit is none of the provider's roles
   */
  Future<KeyStore> keys();

  /**
   * Succeeds if the database answers now; fails with a {@link StoreException} whose message tells
   * an operator the reason, in one line and without anything secret.
   */
  Future<Void> check();

  /** Finishes what is under way, then releases every connection. Closing twice is allowed. */
  Future<Void> close();
}
