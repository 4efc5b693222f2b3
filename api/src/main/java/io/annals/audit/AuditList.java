package io.annals.audit;

import io.annals.http.Dialect;
import io.annals.list.ListPage;
import io.annals.list.ListQuery;
import io.annals.list.PositionedSource;
import io.annals.model.EventStream;
import io.annals.model.Field;
import io.annals.model.Position;
import io.annals.model.TenantId;
import io.annals.store.AuditStore;
import io.annals.store.EventQuery;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;

/** The list of one audit stream. */
public record AuditList(AuditResource resource, AuditStore store) implements PositionedSource {
  @Override
  public EventStream stream() {
    return resource.stream();
  }

  @Override
  public Dialect dialect() {
    return resource.dialect();
  }

  @Override
  public Future<ListPage<Position>> page(TenantId tenant, ListQuery<Position> query) {
    Map<Field, Object> filters = new HashMap<>();
    query.selection().forEach((name, value) -> filters.put(resource.fieldOf(name), value));
    return store
        .page(
            tenant,
            stream(),
            new EventQuery(
                filters, query.range(), PositionedSource.below(query), query.skip(), query.limit()))
        .map(page -> new ListPage<>(page.items(), page.next(), page.total()));
  }
}
