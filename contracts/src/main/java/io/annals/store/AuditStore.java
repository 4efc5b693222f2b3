package io.annals.store;

import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.NewEvent;
import io.annals.model.Page;
import io.annals.model.TenantId;
import io.vertx.core.Future;
import java.util.List;

/**
 * Keeps the audit streams of every tenant: immutable events, each stored once.
 *
 * <p>Methods may be called from any thread; a caller on a Vert.x context is answered on it.
 * Failures are {@link StoreException}s.
 */
public interface AuditStore {

  /** The partial hours at the ends of a range are counted up to this many events. */
  int EDGE_EVENTS_MAX = 10_000;

  /**
   * Reads the events that match, newest first by {@link io.annals.model.Position}.
   *
   * <p>An event whose append was acknowledged before this call is seen. Following {@link
   * Page#next()} with the same filters and range returns every such event once, whatever is
   * appended meanwhile. The cost depends on neither the depth of the page nor the size of the
   * stream.
   *
   * <p>{@link Page#total()} is present for a counted stream: exact as of the moment of this page,
   * whatever the filters. With a range, it is left out only if more than {@link #EDGE_EVENTS_MAX}
   * matching events lie in the partial hours at its ends.
   *
   * <p>A tenant without events has an empty page. Another tenant's events are never seen.
   */
  Future<Page<Event>> page(TenantId tenant, EventStream stream, EventQuery query);

  /**
   * Stores all of these events, or none.
   *
   * <p>Success means durable. An event whose id the tenant's stream already holds, or that stands
   * twice in the list, is a duplicate if the content is the same ({@link NewEvent#sameAs}): it is
   * counted and not stored again.
   *
   * <p>Fails with {@link ConflictException} if an id is taken by other content; nothing of the list
   * is stored then, and what other callers append is not affected. Fails with {@link
   * StoreException.Kind#OVERLOADED} before anything is stored when too much is waiting. Any other
   * failure leaves open whether the list was stored: sending it again, with the same ids, is safe.
   */
  Future<Appended> append(TenantId tenant, EventStream stream, List<NewEvent> events);

  /**
   * What became of a list of events.
   *
   * @param accepted how many were stored by this call
   * @param duplicates how many had been stored before
   */
  record Appended(int accepted, int duplicates) {}
}
