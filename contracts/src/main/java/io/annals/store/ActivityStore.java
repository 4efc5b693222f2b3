package io.annals.store;

import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the API request activity of every tenant for as long as its {@link ActivityPolicy} says.
 *
 * <p>An event is identified by its tenant, token, creation time and id. Storing it again changes
 * nothing that a list shows. If it comes again with other content, a list shows one of both, whole;
 * which one is open, and need not be the same for every query.
 *
 * <p>Methods may be called from any thread; a caller on a Vert.x context is answered on it.
 * Failures are {@link StoreException}s.
 */
public interface ActivityStore {

  /**
   * Stores these events, each on its own, in any order, of any number of tokens.
   *
   * <p>Success means that all are durable, and that the tokens belong to the service accounts
   * named. Fails with {@link StoreException.Kind#OVERLOADED} before anything is stored when too
   * much is waiting. After any other failure some may be stored: sending all again is safe.
   *
   * <p>The caller has refused events that are older than the retention; such an event may be
   * dropped.
   */
  Future<Void> append(TenantId tenant, List<NewActivity> events);

  /**
   * Reads the activity that matches, newest first by {@link io.annals.model.ActivityPosition};
   * empty if nothing is known about the subject: a token without any activity within the retention,
   * a service account without such a token.
   *
   * <p>An event whose append was acknowledged before this call is seen. Following {@link
   * ActivityPage#next()} with the same query returns every such event once, whatever is appended
   * meanwhile. The cost does not depend on the depth of the page.
   *
   * <p>Without a search only the last page is short, and {@link ActivityPage#total()} is there,
   * exact for everything that was acknowledged two seconds before. With one, a page ends when
   * {@link ActivityPolicy#searchMillisMax} is used up, however little was found; every page gets
   * further down.
   */
  Future<Optional<ActivityPage>> page(TenantId tenant, ActivityQuery query);
}
