package io.annals.e2e;

import io.annals.contract.ApiDocument;
import io.annals.contract.ApiOperation;
import io.annals.model.ActivityStream;
import io.annals.model.AuditStreams;
import io.annals.model.EventStream;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The lists as clients see them. What differs is written here again, not taken over. */
@SuppressWarnings("ImmutableEnumChecker") // they are, by agreement
public enum Stream {
  CREDENTIALS("tenant", "CredentialAuditEvents", AuditStreams.CREDENTIAL_AUDIT, 1000, 400),
  EVENTS("events", "AuditEvents", AuditStreams.AUDIT_EVENTS, 200, 422),
  LOG("log", "AuditLog", AuditStreams.AUDIT_LOG, 200, 400),
  TOKEN("tenant", "TokenActivity", ActivityStream.ACTIVITY, 1000, 400),
  ACCOUNT("tenant", "ServiceAccountActivity", ActivityStream.ACTIVITY, 1000, 400);

  /** A token and an account that every tenant has. */
  public static final String SUBJECT = "5b1d7a90-3c4e-4f62-8a17-d09e64b2c853";

  private final ApiDocument document;
  private final String listOperation;
  private final String appendOperation;
  final EventStream model;
  final String items;
  public final String limit;
  public final int limitMax;
  final int invalid;

  Stream(String name, String operation, EventStream model, int limitMax, int invalid) {
    document = ApiDocument.load(name);
    listOperation = "list" + operation;
    appendOperation = model == ActivityStream.ACTIVITY ? "ingestActivity" : "append" + operation;
    this.model = model;
    items = name.equals("log") ? "data" : "items";
    limit = name.equals("tenant") ? "PageSize" : "limit";
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

  public boolean isActivity() {
    return this == TOKEN || this == ACCOUNT;
  }

  /** Whether it is one of the tenant dialect. */
  boolean isOfTenant() {
    return this == CREDENTIALS || isActivity();
  }

  /** The operation that lists. */
  ApiOperation listing() {
    return operation(listOperation);
  }

  private ApiOperation operation(String id) {
    return document.operations().stream()
        .filter(operation -> operation.operationId().equals(id))
        .findFirst()
        .get();
  }

  /** The path of the list. */
  public String path(UUID tenant) {
    return path(tenant, SUBJECT);
  }

  /** The path of the list of a token or an account. */
  String path(UUID tenant, String subject) {
    return listing()
        .path()
        .replace("{tenant}", tenant.toString())
        .replaceAll("\\{[^}]*}", Matcher.quoteReplacement(subject));
  }

  public String appendPath(UUID tenant) {
    return operation(appendOperation).path().replace("{tenant}", tenant.toString());
  }

  /** The scope that is needed to {@code read} or {@code write}. */
  String scope(String what) {
    return (isActivity() ? "activity:" : "audit:") + what;
  }

  /** A filter that lets the item pass, as the query has it. */
  Map.Entry<String, Object> filter() {
    if (isActivity()) {
      return Map.entry("search", "INVOICE");
    }
    String name = model.filters().get(0).name();
    return Map.entry(name, item().getValue(name));
  }

  public String cursor() {
    return isOfTenant() ? "PageToken.Cursor" : "cursor";
  }

  String createdAt() {
    return isOfTenant() ? "createdAt" : "created_at";
  }

  Object time(long epochMillis) {
    return isOfTenant() ? epochMillis : Instant.ofEpochMilli(epochMillis).toString();
  }

  long millis(JsonObject item) {
    return isOfTenant()
        ? item.getLong("createdAt")
        : Instant.parse(item.getString("created_at")).toEpochMilli();
  }

  public @Nullable String next(Answer page) {
    return page.json().getString(isOfTenant() ? "nextPageToken" : "next_cursor");
  }

  public List<JsonObject> items(Answer page) {
    return page.json().getJsonArray(items).stream().map(JsonObject.class::cast).toList();
  }

  /** The schema of an item that is written, references of its members resolved. */
  JsonObject itemSchema() {
    return operation(appendOperation).batch(items).item();
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
      case TOKEN, ACCOUNT ->
          new JsonObject()
              .put("tokenId", SUBJECT)
              .put("serviceAccountId", SUBJECT)
              .put("method", "GET")
              .put("path", "/v1/invoices")
              .put("statusCode", 200);
    };
  }

  /** An item with an id and a time of its own. */
  public JsonObject itemAt(UUID id, long epochMillis) {
    return item().put("id", id.toString()).put(createdAt(), time(epochMillis));
  }

  public JsonObject batch(List<JsonObject> batch) {
    return new JsonObject().put(items, new JsonArray(new ArrayList<>(batch)));
  }

  JsonObject batch(JsonObject... batch) {
    return batch(List.of(batch));
  }

  /** What a refusal names: parameters and headers by name, members by JSON Pointer. */
  List<String> culprits(Answer refusal) {
    JsonObject json = refusal.json();
    return switch (this) {
      case CREDENTIALS, TOKEN, ACCOUNT -> places(json.getJsonArray("errors", new JsonArray()));
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
