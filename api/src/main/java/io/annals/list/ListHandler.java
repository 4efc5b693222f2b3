package io.annals.list;

import io.annals.contract.ApiOperation;
import io.annals.http.ByteBudget;
import io.annals.http.Dialect;
import io.annals.http.Door;
import io.annals.http.Parameters;
import io.annals.http.Refusal;
import io.annals.http.Refusal.Reason;
import io.annals.model.TenantId;
import io.annals.model.TimeRange;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;

/**
 * Serves the pages of one list.
 *
 * @param <P> the place where a page ends and the next one goes on
 */
public final class ListHandler<P> implements Handler<RoutingContext> {
  private static final String SKIP = "PageToken.Skip";

  private final ListSource<P> source;
  private final ApiOperation operation;
  private final Cursors cursors;
  private final ByteBudget answers;
  private final Parameters parameters;
  private final PageEncoder encoder;

  /** Serves what the operation describes from this source. */
  public ListHandler(
      ListSource<P> source, ApiOperation operation, Cursors cursors, ByteBudget answers) {
    this.source = source;
    this.operation = operation;
    this.cursors = cursors;
    this.answers = answers;
    parameters = new Parameters(operation);
    encoder = new PageEncoder(source.stream(), source.dialect());
  }

  @Override
  public void handle(RoutingContext context) {
    Map<String, Object> values = parameters.read(context);
    TenantId tenant = Door.tenant(context);
    Map<String, Object> selection = selection(values);
    Cursors.Binding binding = Cursors.Binding.of(tenant, operation.operationId(), selection);
    source
        .page(tenant, query(values, selection, binding))
        .map(page -> encode(tenant, page, binding)) // what it throws fails the request
        .onSuccess(page -> answer(context, page))
        .onFailure(context::fail);
  }

  /** The parameters that say which events are meant, without those that only cut pages. */
  private Map<String, Object> selection(Map<String, Object> values) {
    Dialect dialect = source.dialect();
    Map<String, Object> selection = new HashMap<>(values);
    selection.remove(dialect.limitParameter());
    selection.remove(dialect.cursorParameter());
    selection.remove(SKIP);
    selection.remove(Door.TENANT_PARAMETER);
    selection.remove(Door.TENANT_HEADER);
    return selection;
  }

  private ListQuery<P> query(
      Map<String, Object> values, Map<String, Object> selection, Cursors.Binding binding) {
    Map<String, Object> withoutRange = new HashMap<>(selection);
    Object from = withoutRange.remove("from");
    Object to = withoutRange.remove("to");
    TimeRange range =
        new TimeRange(
            from == null ? Long.MIN_VALUE : (Long) from, to == null ? Long.MAX_VALUE : (Long) to);
    int limit = (Integer) values.get(source.dialect().limitParameter());
    String parameter = source.dialect().cursorParameter();
    String cursor = (String) values.get(parameter);
    if (cursor == null) {
      int skip = (Integer) values.getOrDefault(SKIP, 0);
      return new ListQuery<>(withoutRange, range, null, skip, limit);
    }
    P after = source.ofBytes(cursors.decode(cursor, binding, parameter));
    return new ListQuery<>(withoutRange, range, after, 0, limit); // the cursor wins over a skip
  }

  private Buffer encode(TenantId tenant, ListPage<P> page, Cursors.Binding binding) {
    P next = page.next();
    String cursor = next == null ? null : cursors.encode(source.toBytes(next), binding);
    return encoder.encode(tenant, page, cursor);
  }

  /** An answer is held until its reader took it; there is room for so many slow readers only. */
  private void answer(RoutingContext context, Buffer page) {
    int bytes = page.length();
    if (!answers.take(bytes)) {
      context.fail(
          Refusal.tryAgain(Reason.OVERLOADED, "too much is being sent; ask again, or for less"));
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
