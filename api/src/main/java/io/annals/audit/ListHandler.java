package io.annals.audit;

import io.annals.contract.ApiOperation;
import io.annals.http.ByteBudget;
import io.annals.http.Cursors;
import io.annals.http.Dialect;
import io.annals.http.Door;
import io.annals.http.Parameters;
import io.annals.http.Refusal;
import io.annals.http.Refusal.Reason;
import io.annals.model.Event;
import io.annals.model.Field;
import io.annals.model.Page;
import io.annals.model.Position;
import io.annals.model.TenantId;
import io.annals.model.TimeRange;
import io.annals.store.AuditStore;
import io.annals.store.EventQuery;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;

/** Serves the pages of one stream. */
public final class ListHandler implements Handler<RoutingContext> {
  private static final String SKIP = "PageToken.Skip";

  private final AuditResource resource;
  private final AuditStore store;
  private final Cursors cursors;
  private final ByteBudget answers;
  private final Parameters parameters;
  private final PageEncoder encoder;

  /** Serves what the operation describes from this store. */
  public ListHandler(
      AuditResource resource,
      ApiOperation operation,
      AuditStore store,
      Cursors cursors,
      ByteBudget answers) {
    this.resource = resource;
    this.store = store;
    this.cursors = cursors;
    this.answers = answers;
    parameters = new Parameters(operation);
    encoder = new PageEncoder(resource.stream(), resource.dialect());
  }

  @Override
  public void handle(RoutingContext context) {
    Map<String, Object> values = parameters.read(context);
    TenantId tenant = Door.tenant(context);
    Map<String, Object> selection = selection(values);
    Cursors.Binding binding = Cursors.Binding.of(tenant, resource.stream().name(), selection);
    EventQuery query = query(values, selection, binding);
    store
        .page(tenant, resource.stream(), query)
        .map(page -> encode(tenant, page, binding)) // what it throws fails the request
        .onSuccess(page -> answer(context, page))
        .onFailure(context::fail);
  }

  /** The parameters that say which events are meant, without those that only cut pages. */
  private Map<String, Object> selection(Map<String, Object> values) {
    Dialect dialect = resource.dialect();
    Map<String, Object> selection = new HashMap<>(values);
    selection.remove(dialect.limitParameter());
    selection.remove(dialect.cursorParameter());
    selection.remove(SKIP);
    selection.remove("tenant");
    selection.remove(Door.TENANT_HEADER);
    return selection;
  }

  private EventQuery query(
      Map<String, Object> values, Map<String, Object> selection, Cursors.Binding binding) {
    Dialect dialect = resource.dialect();
    long from = Long.MIN_VALUE;
    long to = Long.MAX_VALUE;
    Map<Field, Object> filters = new HashMap<>();
    for (Map.Entry<String, Object> parameter : selection.entrySet()) {
      switch (parameter.getKey()) {
        case "from" -> from = (Long) parameter.getValue();
        case "to" -> to = (Long) parameter.getValue();
        default ->
            filters.put(
                resource.stream().field(resource.fieldOf(parameter.getKey())),
                parameter.getValue());
      }
    }
    String cursor = (String) values.get(dialect.cursorParameter());
    Position below =
        cursor == null ? Position.TOP : cursors.decode(cursor, binding, dialect.cursorParameter());
    int skip = cursor == null ? (Integer) values.getOrDefault(SKIP, 0) : 0; // the cursor wins
    int limit = (Integer) values.get(dialect.limitParameter());
    return new EventQuery(filters, new TimeRange(from, to), below, skip, limit);
  }

  private Buffer encode(TenantId tenant, Page<Event> page, Cursors.Binding binding) {
    Position next = page.next();
    String cursor = next == null ? null : cursors.encode(next, binding);
    return encoder.encode(tenant, page, cursor);
  }

  /** An answer is held until its reader took it; there is room for so many slow readers only. */
  private void answer(RoutingContext context, Buffer page) {
    int bytes = page.length();
    if (!answers.take(bytes)) {
      context.fail(
          Refusal.of(Reason.OVERLOADED, "too much is being sent; ask again, or for less")
              .withHeader("Retry-After", "1"));
      return;
    }
    context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(page)
        .onComplete(sent -> answers.give(bytes));
  }
}
