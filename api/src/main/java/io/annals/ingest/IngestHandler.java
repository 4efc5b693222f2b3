package io.annals.ingest;

import io.annals.contract.ApiOperation;
import io.annals.contract.BatchDecoder;
import io.annals.contract.InvalidBodyException;
import io.annals.contract.ItemDecoder;
import io.annals.http.Bodies;
import io.annals.http.Content;
import io.annals.http.Dialect;
import io.annals.http.Dialects;
import io.annals.http.Door;
import io.annals.http.LongRequest;
import io.annals.http.Parameters;
import io.annals.http.Refusal;
import io.annals.http.Refusal.Reason;
import io.annals.limits.Allowance;
import io.annals.limits.Shortage;
import io.annals.model.ActivityStream;
import io.annals.model.TenantId;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Takes in API activity: a JSON body of a bounded number of events, or lines without end. A bad
 * event is rejected and does not stop the others.
 *
 * <p>Memory is bounded by the bodies' budget for JSON and by the {@link IngestRoom} for lines. A
 * stream that finds no room for its first line, or whose caller may not send any event just now, is
 * refused; one that has begun only slows down. A failure midway, also a line that takes longer than
 * 30 s to arrive, ends the request with the line from which to go on.
 */
public final class IngestHandler implements Handler<RoutingContext> {
  private static final String LINES = "application/x-ndjson";
  private static final List<String> MEDIA_TYPES = List.of(Content.JSON, LINES);
  private static final String SERVICE_ACCOUNT = "service_account_id";
  private static final long SILENCE_MILLIS_MAX = 30_000;

  private final ActivityStore store;
  private final ActivityPolicy policy;
  private final Bodies bodies;
  private final IngestRoom room;
  private final IngestMeters meters;
  private final long silenceMillisMax;
  private final Parameters parameters;
  private final ItemDecoder items;
  private final BatchDecoder batches;

  /**
   * Serves what the operation describes into this store.
   *
   * @param policy the store's
   * @param ids gives ids to events without one, ascending
   */
  public IngestHandler(
      ApiOperation operation,
      ActivityStore store,
      ActivityPolicy policy,
      Bodies bodies,
      IngestRoom room,
      Supplier<UUID> ids,
      MeterRegistry meters) {
    this(operation, store, policy, bodies, room, ids, meters, SILENCE_MILLIS_MAX);
  }

  IngestHandler(
      ApiOperation operation,
      ActivityStore store,
      ActivityPolicy policy,
      Bodies bodies,
      IngestRoom room,
      Supplier<UUID> ids,
      MeterRegistry meters,
      long silenceMillisMax) {
    this.store = store;
    this.policy = policy;
    this.bodies = bodies;
    this.room = room;
    this.meters = IngestMeters.of(meters);
    this.silenceMillisMax = silenceMillisMax;
    Dialect dialect = Dialects.TENANT;
    ApiOperation.BatchSchema batch = operation.batch(dialect.itemsMember());
    parameters = new Parameters(operation);
    items =
        new ItemDecoder(
            batch.item(),
            ActivityStream.ACTIVITY,
            dialect::snakeCase,
            SERVICE_ACCOUNT,
            policy.clock(),
            ids);
    batches = new BatchDecoder(batch, items);
  }

  @Override
  public void handle(RoutingContext context) {
    parameters.read(context);
    take(context, Door.tenant(context));
  }

  /** Takes the body for this tenant. */
  void take(RoutingContext context, TenantId tenant) {
    Content content = Content.of(context.request(), MEDIA_TYPES, true);
    Intake intake =
        new Intake(context.vertx().getOrCreateContext(), store, tenant, policy, room, meters);
    if (content.mediaType().equals(LINES)) {
      takeLines(context, content, intake, tenant);
    } else {
      bodies
          .read(context, content)
          .compose(body -> takeBatch(body, intake, Allowance.of(context)))
          .onSuccess(receipt -> answer(context, receipt))
          .onFailure(context::fail);
    }
  }

  private Future<Buffer> takeBatch(Buffer body, Intake intake, Allowance allowance) {
    try {
      batches.decodeEach(body.getBytes(), (index, item) -> intake.add(index + 1, item));
    } catch (InvalidBodyException e) {
      return Future.failedFuture(Refusal.of(e));
    }
    int events = intake.chunk().events().size();
    Shortage shortage = events == 0 ? null : allowance.takeEvents(events);
    if (shortage != null) {
      return Future.failedFuture(shortage.refusal());
    }
    intake.end(null);
    return intake.answer();
  }

  private void takeLines(RoutingContext context, Content content, Intake intake, TenantId tenant) {
    HttpServerRequest request = context.request();
    long bytes = IngestRoom.bytesOf(content, Content.announcedBytes(request));
    if (!room.streams().take(tenant, bytes)) {
      LongRequest.endAfterAnswer(context.vertx(), request);
      context.fail(Refusal.tryAgain(Reason.OVERLOADED, "too many streams are open"));
      return;
    }
    LineStream stream =
        new LineStream(
            context.vertx().getOrCreateContext(),
            request,
            new LineSource(content.isGzip()),
            items,
            intake,
            new Claim(room.events()),
            new Pace(Allowance.of(context)),
            silenceMillisMax);
    stream.start();
    Runnable left = room.enter(stream::endSoon);
    context.addEndHandler(
        ended -> {
          if (ended.failed()) {
            stream.abandon(null);
          }
        });
    intake
        .answer()
        .onComplete(done -> room.streams().give(tenant, bytes))
        .onSuccess(
            receipt -> {
              left.run();
              answer(context, receipt);
            })
        .onFailure(
            failure -> {
              Future<Void> over =
                  stream.isBodyEnded()
                      ? Future.succeededFuture()
                      : LongRequest.endAfterAnswer(context.vertx(), request);
              over.onComplete(v -> left.run());
              context.fail(failure);
            });
  }

  private static void answer(RoutingContext context, Buffer receipt) {
    if (context.response().closed()) {
      return;
    }
    context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, Content.JSON)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(receipt);
  }
}
