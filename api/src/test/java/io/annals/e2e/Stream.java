package io.annals.e2e;

import io.annals.contract.ApiDocument;
import io.annals.contract.ApiOperation;
import io.annals.model.AuditStreams;
import io.annals.model.EventStream;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The three streams as clients see them. What differs is written here again, not taken over. */
@SuppressWarnings("ImmutableEnumChecker") // they are, by agreement
enum Stream {
  CREDENTIALS("tenant", AuditStreams.CREDENTIAL_AUDIT, "items", "PageSize", 1000, 400),
  EVENTS("events", AuditStreams.AUDIT_EVENTS, "items", "limit", 200, 422),
  LOG("log", AuditStreams.AUDIT_LOG, "data", "limit", 200, 400);

  private final ApiDocument document;
  final EventStream model;
  final String items;
  final String limit;
  final int limitMax;
  final int invalid;

  Stream(String name, EventStream model, String items, String limit, int limitMax, int invalid) {
    document = ApiDocument.load(name);
    this.model = model;
    this.items = items;
    this.limit = limit;
    this.limitMax = limitMax;
    this.invalid = invalid;
  }

  static Stream ofPath(String path) {
    if (path.matches("/v1/audit/events(/.*)?")) {
      return EVENTS;
    }
    return path.matches("/v1/audit-log(/.*)?") ? LOG : CREDENTIALS;
  }

  ApiDocument document() {
    return document;
  }

  ApiOperation operation(String method) {
    return document.operations().stream()
        .filter(operation -> operation.method().name().equals(method))
        .findFirst()
        .get();
  }

  String path(UUID tenant) {
    return operation("GET").path().replace("{tenant}", tenant.toString());
  }

  String cursor() {
    return this == CREDENTIALS ? "PageToken.Cursor" : "cursor";
  }

  String createdAt() {
    return this == CREDENTIALS ? "createdAt" : "created_at";
  }

  Object time(long epochMillis) {
    return this == CREDENTIALS ? epochMillis : Instant.ofEpochMilli(epochMillis).toString();
  }

  long millis(JsonObject item) {
    return this == CREDENTIALS
        ? item.getLong("createdAt")
        : Instant.parse(item.getString("created_at")).toEpochMilli();
  }

  @Nullable String next(Answer page) {
    return page.json().getString(this == CREDENTIALS ? "nextPageToken" : "next_cursor");
  }

  List<JsonObject> items(Answer page) {
    return page.json().getJsonArray(items).stream().map(JsonObject.class::cast).toList();
  }

  /** The schema of an item that is written, references of its members resolved. */
  JsonObject itemSchema() {
    return operation("POST").batch(items).item();
  }

  /** An item with required members only. */
  JsonObject item() {
    return switch (this) {
      case CREDENTIALS ->
          new JsonObject()
              .put("integrationAuthId", "0cb1e29c-658c-4a14-95e6-0af593bd04cf")
              .put("integrationKind", "crm")
              .put("operation", "DECRYPT")
              .put("sensitivity", "PII")
              .put("success", true);
      case EVENTS ->
          new JsonObject()
              .put("actor_type", "user")
              .put("source", "api")
              .put("event_group", "vm")
              .put("event_type", "vm.start")
              .put("status", "success");
      case LOG ->
          new JsonObject()
              .put("actor_id", "ada")
              .put("actor_type", "user")
              .put("action", "document.share")
              .put("resource_type", "document")
              .put("resource_id", "doc_1");
    };
  }

  /** An item with an id and a time of its own. */
  JsonObject itemAt(UUID id, long epochMillis) {
    return item().put("id", id.toString()).put(createdAt(), time(epochMillis));
  }

  JsonObject batch(List<JsonObject> batch) {
    return new JsonObject().put(items, new JsonArray(new ArrayList<>(batch)));
  }

  JsonObject batch(JsonObject... batch) {
    return batch(List.of(batch));
  }

  /** What a refusal names: parameters and headers by name, members by JSON Pointer. */
  List<String> culprits(Answer refusal) {
    JsonObject json = refusal.json();
    return switch (this) {
      case CREDENTIALS -> places(json.getJsonArray("errors", new JsonArray()));
      case LOG ->
          places(
              json.getJsonObject("details", new JsonObject())
                  .getJsonArray("errors", new JsonArray()));
      case EVENTS ->
          json.getValue("detail") instanceof JsonArray faults
              ? faults.stream().map(f -> place(((JsonObject) f).getJsonArray("loc"))).toList()
              : List.of();
    };
  }

  /** The sentence of a refusal. */
  String sentence(Answer refusal) {
    return String.valueOf(refusal.json().getValue(this == LOG ? "message" : "detail"));
  }

  private static List<String> places(JsonArray errors) {
    return errors.stream()
        .map(JsonObject.class::cast)
        .map(
            e ->
                e.containsKey("pointer")
                    ? e.getString("pointer")
                    : e.getString("parameter", e.getString("header")))
        .toList();
  }

  private static String place(JsonArray loc) {
    if (!loc.getString(0).equals("body")) {
      return loc.stream().skip(1).map(String::valueOf).collect(Collectors.joining("/"));
    }
    return loc.stream()
        .skip(1)
        .map(step -> "/" + step.toString().replace("~", "~0").replace("/", "~1"))
        .collect(Collectors.joining());
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
