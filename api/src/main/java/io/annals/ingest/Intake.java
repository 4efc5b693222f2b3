package io.annals.ingest;

import io.annals.contract.BodyFault;
import io.annals.contract.Fault;
import io.annals.contract.Item;
import io.annals.http.Json;
import io.annals.http.Refusal;
import io.annals.http.RefusalHandler;
import io.annals.model.NewActivity;
import io.annals.model.NewEvent;
import io.annals.model.TenantId;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityStore;
import io.annals.store.StoreException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One request's events: checked, gathered in chunks, stored, and accounted for in the answer. */
final class Intake {
  private static final Fault NEEDS_TIME =
      new Fault("missing", "is required beside an id: both together identify the event");
  private static final Fault EXPIRED = new Fault("expired", "expired: is older than the retention");
  private static final List<Object> CREATED_AT = List.of("createdAt");

  private final ActivityPolicy policy;
  private final Appends appends;
  private final Rejections rejections = new Rejections();
  private final Promise<Buffer> answer = Promise.promise();
  private Chunk chunk = new Chunk();
  private Runnable changeHandler = () -> {};
  private boolean ended;
  private @Nullable Refusal broken;

  /** For events of this tenant, into this store. */
  Intake(
      Context context,
      ActivityStore store,
      TenantId tenant,
      ActivityPolicy policy,
      IngestRoom room,
      IngestMeters meters) {
    this.policy = policy;
    appends = new Appends(context, store, tenant, room, meters, this::storeChanged);
  }

  /** Sets what is to be run when chunks were stored, or failed. */
  void onChange(Runnable handler) {
    changeHandler = handler;
  }

  Appends appends() {
    return appends;
  }

  /** What is gathered and not yet handed to the store. */
  Chunk chunk() {
    return chunk;
  }

  /** Whether nothing was taken yet that is to be stored. */
  boolean isUntouched() {
    return chunk.events().isEmpty() && appends.eventsUnderWay() == 0 && !appends.maybeStored();
  }

  /** Takes a decoded line; false if it is rejected. */
  boolean add(long line, Item item) {
    chunk.endLine = line + 1;
    if (!item.faults().isEmpty()) {
      reject(line, item.faults());
      return false;
    }
    NewEvent event = item.event();
    if (event.idGiven() && !event.createdAtGiven()) {
      reject(line, List.of(new BodyFault(CREATED_AT, NEEDS_TIME)));
    } else if (policy.isExpired(event.event().createdAtMillis())) {
      reject(line, List.of(new BodyFault(CREATED_AT, EXPIRED)));
    } else {
      chunk.add(new NewActivity(event.event(), (UUID) item.beside()));
      return true;
    }
    return false;
  }

  /** Takes a line that cannot be decoded. */
  void reject(long line, List<BodyFault> faults) {
    chunk.endLine = line + 1;
    chunk.rejected++;
    rejections.add(line, faults);
  }

  /** Takes a line without anything on it. */
  void pass(long line) {
    chunk.endLine = line + 1;
  }

  /** Hands what is gathered to the store. */
  void submit() {
    Chunk full = chunk;
    if (full.endLine > 0) {
      chunk = new Chunk();
      appends.submit(full);
    }
  }

  /** The answer, once the end was told and the store has nothing more to say. */
  Future<Buffer> answer() {
    return answer.future();
  }

  /** Tells that no more lines come, because of this refusal, or null if those were all. */
  void end(@Nullable Refusal because) {
    if (!ended) {
      ended = true;
      broken = because;
      if (appends.failure() == null) {
        submit();
      } else {
        appends.discard(chunk);
      }
      settle();
    }
  }

  private void storeChanged() {
    changeHandler.run();
    settle();
  }

  private void settle() {
    if (!ended || !appends.isIdle() || answer.future().isComplete()) {
      return;
    }
    Throwable failure = appends.failure();
    if (failure != null) {
      answer.fail(withProgress(refusal(failure)));
    } else if (broken != null) {
      answer.fail(withProgress(broken));
    } else {
      answer.complete(receipt());
    }
  }

  private Buffer receipt() {
    return Json.object(
        json -> {
          json.writeNumberField("accepted", appends.accepted());
          json.writeNumberField("rejected", appends.rejected());
          json.writeArrayFieldStart("errors");
          rejections.writeTo(json);
          json.writeEndArray();
        });
  }

  private Refusal withProgress(Refusal refusal) {
    if (!appends.maybeStored()) {
      return refusal;
    }
    return refusal
        .with("accepted", appends.accepted())
        .with("rejected", appends.rejected())
        .with("resumeFromLine", appends.nextLine());
  }

  private Refusal refusal(Throwable failure) {
    String doing = "storing activity";
    if (!(failure instanceof StoreException refused)) {
      return RefusalHandler.unforeseen(doing, failure);
    }
    String rest =
        appends.maybeStored()
            ? "send the rest again, from resumeFromLine on"
            : "nothing was stored";
    return RefusalHandler.ofStore(doing, refused, rest);
  }
}
