package io.annals.keys;

import io.annals.http.Dialect;
import io.annals.http.Dialects;
import io.annals.http.Refusal;
import io.annals.list.ListPage;
import io.annals.list.ListQuery;
import io.annals.list.PositionedSource;
import io.annals.model.ActivitySubject;
import io.annals.model.ActivitySubject.Kind;
import io.annals.model.ApiToken.Status;
import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.KeyLifecycle;
import io.annals.model.Page;
import io.annals.model.Position;
import io.annals.model.TenantId;
import io.annals.store.KeyQuery;
import io.annals.store.KeyStore;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** A list of service accounts, of tokens or of what became of one. */
public final class KeyList implements PositionedSource {
  private static final String TOKEN = "token";
  private static final String ACCOUNT = "serviceAccount";

  /** Reads a page from the store. */
  private interface Reader {
    Future<ListPage<Position>> read(TenantId tenant, Map<String, Object> selection, KeyQuery query);
  }

  private final EventStream stream;
  private final InstantSource clock;
  private final Reader reader;

  private KeyList(EventStream stream, InstantSource clock, Reader reader) {
    this.stream = stream;
    this.clock = clock;
    this.reader = reader;
  }

  /** All of them, by the operationId that reads each. */
  public static Map<String, KeyList> all(KeyStore keys, InstantSource clock) {
    return Map.of(
        "listServiceAccounts",
        new KeyList(
            KeyItems.ACCOUNT,
            clock,
            (tenant, selection, query) ->
                keys.accounts(tenant, query).map(found -> page(found, KeyItems::of))),
        "listTokens",
        new KeyList(
            KeyItems.TOKEN,
            clock,
            (tenant, selection, query) ->
                keys.tokens(tenant, query)
                    .map(found -> page(found, token -> KeyItems.of(token, query.nowMillis())))),
        "listTokenAuditEvents",
        lifecycle(keys, clock, Kind.TOKEN, TOKEN),
        "listServiceAccountAuditEvents",
        lifecycle(keys, clock, Kind.SERVICE_ACCOUNT, ACCOUNT));
  }

  private static KeyList lifecycle(
      KeyStore keys, InstantSource clock, Kind kind, String parameter) {
    return new KeyList(
        KeyLifecycle.EVENTS,
        clock,
        (tenant, selection, query) ->
            keys.lifecycle(
                    tenant, new ActivitySubject(kind, (UUID) selection.get(parameter)), query)
                .map(found -> found.orElseThrow(() -> Refusal.unknown(parameter)))
                .map(found -> page(found, event -> event)));
  }

  private static <T> ListPage<Position> page(Page<T> found, Function<T, Event> item) {
    return new ListPage<>(found.items().stream().map(item).toList(), found.next(), found.total());
  }

  @Override
  public EventStream stream() {
    return stream;
  }

  @Override
  public Dialect dialect() {
    return Dialects.TENANT;
  }

  @Override
  public Future<ListPage<Position>> page(TenantId tenant, ListQuery<Position> query) {
    Map<String, Object> selection = query.selection();
    String status = (String) selection.get("status");
    return reader.read(
        tenant,
        selection,
        new KeyQuery(
            PositionedSource.below(query),
            query.skip(),
            query.limit(),
            (UUID) selection.get("serviceAccountId"),
            status == null ? null : Status.valueOf(status),
            clock.millis()));
  }
}
