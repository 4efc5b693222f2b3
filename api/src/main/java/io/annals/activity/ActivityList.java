package io.annals.activity;

import io.annals.http.Dialect;
import io.annals.http.Dialects;
import io.annals.http.Refusal;
import io.annals.list.ListPage;
import io.annals.list.ListQuery;
import io.annals.list.ListSource;
import io.annals.model.ActivityPosition;
import io.annals.model.ActivityStream;
import io.annals.model.ActivitySubject;
import io.annals.model.EventStream;
import io.annals.model.TenantId;
import io.annals.search.SearchTerm;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityPage.Next;
import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
import io.annals.store.KeyQuery;
import io.annals.store.KeyStore;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;

/** The list of a token's, or of a service account's, activity. */
public record ActivityList(ActivityResource resource, ActivityStore store, KeyStore keys)
    implements ListSource<Next> {
  private static final int PLACE_BYTES = Long.BYTES + 4 * Long.BYTES + Integer.BYTES;

  @Override
  public EventStream stream() {
    return ActivityStream.ACTIVITY;
  }

  @Override
  public Dialect dialect() {
    return Dialects.TENANT;
  }

  @Override
  public Future<ListPage<Next>> page(TenantId tenant, ListQuery<Next> query) {
    ActivityQuery wanted = query(query);
    return store
        .page(tenant, wanted)
        .compose(
            found ->
                found
                    .map(page -> Future.succeededFuture(page(page)))
                    .orElseGet(() -> withoutActivity(tenant, wanted.subject())));
  }

  /** Nobody made a call with it, but it may have been made here: then it has a history. */
  private Future<ListPage<Next>> withoutActivity(TenantId tenant, ActivitySubject subject) {
    KeyQuery any = KeyQuery.first(1, 0); // time means nothing to a history
    return keys.lifecycle(tenant, subject, any)
        .map(history -> history.orElseThrow(() -> Refusal.unknown(resource.idParameter())))
        .map(history -> new ListPage<>(List.of(), null, OptionalLong.of(0)));
  }

  private ActivityQuery query(ListQuery<Next> query) {
    Map<String, Object> selection = query.selection();
    UUID id = (UUID) Objects.requireNonNull(selection.get(resource.idParameter()));
    String search = (String) selection.get("search");
    Next from =
        query.after() == null ? new Next(ActivityPosition.TOP, query.skip()) : query.after();
    return new ActivityQuery(
        new ActivitySubject(resource.kind(), id),
        search == null ? null : SearchTerm.of(search),
        query.range(),
        from.below(),
        from.skip(),
        query.limit());
  }

  private static ListPage<Next> page(ActivityPage found) {
    return new ListPage<>(found.items(), found.next(), found.total());
  }

  @Override
  public byte[] toBytes(Next place) {
    ActivityPosition below = place.below();
    return ByteBuffer.allocate(PLACE_BYTES)
        .putLong(below.createdAtMillis())
        .putLong(below.id().getMostSignificantBits())
        .putLong(below.id().getLeastSignificantBits())
        .putLong(below.tokenId().getMostSignificantBits())
        .putLong(below.tokenId().getLeastSignificantBits())
        .putInt(place.skip())
        .array();
  }

  @Override
  public Next ofBytes(ByteBuffer bytes) {
    ActivityPosition below =
        new ActivityPosition(
            bytes.getLong(),
            new UUID(bytes.getLong(), bytes.getLong()),
            new UUID(bytes.getLong(), bytes.getLong()));
    return new Next(below, bytes.getInt());
  }
}
