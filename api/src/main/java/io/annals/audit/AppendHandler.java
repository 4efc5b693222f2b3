package io.annals.audit;

import io.annals.contract.ApiOperation;
import io.annals.contract.BatchDecoder;
import io.annals.contract.InvalidBodyException;
import io.annals.contract.ItemDecoder;
import io.annals.http.Bodies;
import io.annals.http.Door;
import io.annals.http.Json;
import io.annals.http.Parameters;
import io.annals.http.Refusal;
import io.annals.limits.Allowance;
import io.annals.limits.Shortage;
import io.annals.model.NewEvent;
import io.annals.model.TenantId;
import io.annals.store.AuditStore;
import io.annals.store.AuditStore.Appended;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** Appends batches to one stream. */
public final class AppendHandler implements Handler<RoutingContext> {
  private static final int CREATED = 201;

  private final AuditResource resource;
  private final AuditStore store;
  private final Bodies bodies;
  private final Parameters parameters;
  private final BatchDecoder decoder;

  /** Serves what the operation describes into this store. */
  public AppendHandler(
      AuditResource resource,
      ApiOperation operation,
      AuditStore store,
      Bodies bodies,
      Clock clock,
      Supplier<UUID> ids) {
    this.resource = resource;
    this.store = store;
    this.bodies = bodies;
    parameters = new Parameters(operation);
    ApiOperation.BatchSchema batch = operation.batch(resource.dialect().itemsMember());
    decoder =
        new BatchDecoder(
            batch,
            new ItemDecoder(
                batch.item(), resource.stream(), resource.dialect()::snakeCase, clock, ids));
  }

  @Override
  public void handle(RoutingContext context) {
    parameters.read(context);
    TenantId tenant = Door.tenant(context);
    // Composed, so that whatever a step throws fails the request instead of leaving it open.
    bodies
        .readJson(context)
        .compose(body -> append(tenant, Allowance.of(context), body))
        .onSuccess(receipt -> answer(context, receipt))
        .onFailure(context::fail);
  }

  private Future<Buffer> append(TenantId tenant, Allowance allowance, Buffer body) {
    List<NewEvent> events;
    try {
      events = decoder.decode(body.getBytes());
    } catch (InvalidBodyException e) {
      return Future.failedFuture(Refusal.of(e));
    }
    Shortage shortage = allowance.takeEvents(events.size());
    if (shortage != null) {
      return Future.failedFuture(shortage.refusal());
    }
    return store
        .append(tenant, resource.stream(), events)
        .map(appended -> receipt(events, appended));
  }

  private static Buffer receipt(List<NewEvent> events, Appended appended) {
    return Json.object(
        json -> {
          json.writeNumberField("accepted", appended.accepted());
          json.writeNumberField("duplicates", appended.duplicates());
          json.writeArrayFieldStart("ids");
          for (NewEvent event : events) {
            json.writeString(event.event().id().toString());
          }
          json.writeEndArray();
        });
  }

  private static void answer(RoutingContext context, Buffer receipt) {
    context
        .response()
        .setStatusCode(CREATED)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(receipt);
  }
}
