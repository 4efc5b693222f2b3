package io.annals.store;

import io.vertx.core.Future;

/**
 * An open backend. It hands out the role that is wanted; all roles share its connections.
 *
 * <p>Closing releases what the store opened and nothing else. Calls that are under way when it is
 * closed are finished first.
 */
public interface Store {
  /** The audit streams. */
  AuditStore audit();

  /** Succeeds if the database answers now; fails with the reason. */
  Future<Void> check();

  /** Finishes what is under way, then releases every connection. Closing twice is allowed. */
  Future<Void> close();
}
