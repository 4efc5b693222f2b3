package io.annals.audit;

import io.annals.http.Dialect;
import io.annals.list.ListPage;
import io.annals.list.ListQuery;
import io.annals.list.ListSource;
import io.annals.model.EventStream;
import io.annals.model.Field;
import io.annals.model.Position;
import io.annals.model.TenantId;
import io.annals.store.AuditStore;
import io.annals.store.EventQuery;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The list of one audit stream. */
public record AuditList(AuditResource resource, AuditStore store) implements ListSource<Position> {
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
    Position below = query.after() == null ? Position.TOP : query.after();
    return store
        .page(
            tenant,
            stream(),
            new EventQuery(filters, query.range(), below, query.skip(), query.limit()))
        .map(page -> new ListPage<>(page.items(), page.next(), page.total()));
  }

  @Override
  public byte[] toBytes(Position place) {
    return ByteBuffer.allocate(Long.BYTES + 2 * Long.BYTES)
        .putLong(place.createdAtMillis())
        .putLong(place.id().getMostSignificantBits())
        .putLong(place.id().getLeastSignificantBits())
        .array();
  }

  @Override
  public Position ofBytes(ByteBuffer bytes) {
    return new Position(bytes.getLong(), new UUID(bytes.getLong(), bytes.getLong()));
  }
}
