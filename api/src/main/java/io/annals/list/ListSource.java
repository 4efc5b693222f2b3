package io.annals.list;

import io.annals.http.Dialect;
import io.annals.model.EventStream;
import io.annals.model.TenantId;
import io.vertx.core.Future;
import java.nio.ByteBuffer;

/**
 * A list that is served: what its events consist of, and where its pages come from. All the rest is
 * the same for every list.
 *
 * @param <P> the place where a page ends and the next one goes on
 */
public interface ListSource<P> {
  /** What its events consist of. */
  EventStream stream();

  /** How they are written. */
  Dialect dialect();

  /**
   * Reads one page.
   *
   * @return the page; fails with a {@link io.annals.http.Refusal} if there is nothing to list from,
   *     or as the store does
   */
  Future<ListPage<P>> page(TenantId tenant, ListQuery<P> query);

  /** The place as the bytes of a cursor. */
  byte[] toBytes(P place);

  /** The place that {@link #toBytes} wrote. */
  P ofBytes(ByteBuffer bytes);
}
