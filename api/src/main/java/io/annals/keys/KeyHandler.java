package io.annals.keys;

import io.annals.contract.ApiOperation;
import io.annals.contract.InvalidBodyException;
import io.annals.contract.ItemDecoder;
import io.annals.http.Bodies;
import io.annals.http.ClientAddress;
import io.annals.http.Content;
import io.annals.http.Dialects;
import io.annals.http.Door;
import io.annals.http.Parameters;
import io.annals.http.Refusal;
import io.annals.http.RequestTracing;
import io.annals.http.Violation;
import io.annals.http.Violation.Place;
import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.store.Act;
import io.annals.store.KeyStore;
import io.annals.trace.RequestTrace;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Serves one operation on keys: the parts that all of them have. */
public final class KeyHandler implements Handler<RoutingContext> {
  private static final String REQUEST_ID = RequestTracing.REQUEST_ID;
  private static final Buffer EMPTY_OBJECT = Buffer.buffer("{}");

  private final KeyOperation work;
  private final Bodies bodies;
  private final InstantSource clock;
  private final Parameters parameters;
  private final @Nullable ItemDecoder decoder;
  private final boolean needsBody;
  private final int status;

  private KeyHandler(
      KeyOperation work,
      ApiOperation operation,
      Bodies bodies,
      InstantSource clock,
      Supplier<UUID> ids) {
    this.work = work;
    this.bodies = bodies;
    this.clock = clock;
    parameters = new Parameters(operation);
    needsBody = operation.needsBody();
    status = operation.successStatus();
    EventStream body = work.body();
    decoder =
        body == null
            ? null
            : new ItemDecoder(operation.item(), body, Dialects.TENANT::snakeCase, clock, ids);
  }

  /**
   * The handlers of all operations but lists, by their operationId.
   *
   * @param operation gives the contract of an operationId
   * @param ids gives ids to what is made, ascending
   */
  public static Map<String, Handler<RoutingContext>> all(
      KeyStore keys,
      Function<String, ApiOperation> operation,
      Bodies bodies,
      InstantSource clock,
      Supplier<UUID> ids) {
    return Stream.of(new ServiceAccounts(keys).operations(), new Tokens(keys).operations())
        .flatMap(List::stream)
        .collect(
            Collectors.toMap(
                KeyOperation::operationId,
                work ->
                    new KeyHandler(work, operation.apply(work.operationId()), bodies, clock, ids)));
  }

  @Override
  public void handle(RoutingContext context) {
    Map<String, Object> values = parameters.read(context);
    KeyCall call =
        new KeyCall(
            Door.tenant(context), Door.principal(context), act(context, values), values, null);
    // Composed, so that whatever a step throws fails the request instead of leaving it open.
    read(context, call)
        .compose(work.work())
        .onSuccess(answer -> answer(context, answer))
        .onFailure(context::fail);
  }

  private Act act(RoutingContext context, Map<String, Object> values) {
    String requestId = (String) values.get(REQUEST_ID);
    if (requestId != null && !RequestTracing.isSane(requestId)) {
      throw Refusal.of(
          List.of(
              Violation.of(Place.HEADER, REQUEST_ID, "string_unicode", "must be printable ASCII")));
    }
    RequestTrace trace = RequestTrace.current();
    return new Act(
        Door.principal(context).subject(),
        requestId,
        trace == null ? null : trace.traceId(),
        ClientAddress.of(context),
        clock.millis());
  }

  private Future<KeyCall> read(RoutingContext context, KeyCall call) {
    ItemDecoder items = decoder;
    if (items == null) {
      return Future.succeededFuture(call);
    }
    return needsBody
        ? bodies.readJson(context).map(body -> call.with(decode(items, body)))
        : bodies
            .readOptionalJson(context)
            .map(body -> call.with(decode(items, body.length() == 0 ? EMPTY_OBJECT : body)));
  }

  private static Event decode(ItemDecoder items, Buffer body) {
    try {
      return items.decode(body.getBytes());
    } catch (InvalidBodyException e) {
      throw Refusal.of(e);
    }
  }

  private void answer(RoutingContext context, Buffer answer) {
    HttpServerResponse response =
        context.response().setStatusCode(status).putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    if (answer.length() > 0) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, Content.JSON);
    }
    response.end(answer);
  }
}
