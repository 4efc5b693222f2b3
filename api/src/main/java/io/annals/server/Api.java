package io.annals.server;

import com.fasterxml.uuid.Generators;
import io.annals.activity.ActivityList;
import io.annals.activity.ActivityResource;
import io.annals.audit.AppendHandler;
import io.annals.audit.AuditList;
import io.annals.audit.AuditResource;
import io.annals.auth.KeyFile;
import io.annals.auth.TokenExchange;
import io.annals.contract.ApiDocument;
import io.annals.contract.ApiOperation;
import io.annals.contract.RuntimeView;
import io.annals.http.Bodies;
import io.annals.http.ByteBudget;
import io.annals.http.ClientAddress;
import io.annals.http.Cors;
import io.annals.http.Docs;
import io.annals.http.Door;
import io.annals.http.KeySetHandler;
import io.annals.http.Refusal;
import io.annals.http.Refusal.Reason;
import io.annals.http.RefusalHandler;
import io.annals.http.RequestMeter;
import io.annals.http.RequestTracing;
import io.annals.http.UriCheck;
import io.annals.ingest.IngestHandler;
import io.annals.ingest.IngestRoom;
import io.annals.keys.KeyHandler;
import io.annals.keys.KeyList;
import io.annals.limits.Admission;
import io.annals.limits.FailureDelay;
import io.annals.limits.LimitSettings;
import io.annals.list.Cursors;
import io.annals.list.ListHandler;
import io.annals.list.ListSource;
import io.annals.oauth.TokenHandler;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityStore;
import io.annals.store.AuditStore;
import io.annals.store.KeyStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** All operations of the published documents, each with its handler. Shared by event loops. */
final class Api {
  /** The documents that are published. */
  static final List<String> DOCUMENTS = List.of("tenant", "events", "log");

  /** Operations that anybody may call. */
  private static final Set<String> PUBLIC_OPERATIONS = Set.of("issueToken", "getJsonWebKeySet");

  /** UUIDv7 in ascending order, also within a millisecond, so that a batch keeps its order. */
  static final Supplier<UUID> IDS = Generators.timeBasedEpochGenerator()::generate;

  /** Routes are tried in ascending order. */
  private static final int BEFORE_ALL = Integer.MIN_VALUE;

  /**
   * What the operations are served from.
   *
   * @param signingKeys the installation's, as they are when it is called
   * @param exchange gives tokens to who holds a key
   * @param policy the activity store's
   * @param answers bytes of answers that their readers have not taken yet
   * @param limits how often callers may call
   * @param addresses tells where callers are
   * @param tracing tells what requests are known by
   * @param meters takes what is measured
   */
  record Backing(
      Supplier<KeyFile> signingKeys,
      TokenExchange exchange,
      AuditStore audit,
      ActivityStore activity,
      KeyStore keys,
      ActivityPolicy policy,
      Cursors cursors,
      Bodies bodies,
      IngestRoom room,
      ByteBudget answers,
      LimitSettings limits,
      ClientAddress addresses,
      RequestTracing tracing,
      MeterRegistry meters) {}

  private final List<ApiDocument> documents;
  private final OpenAPIContract contract;
  private final Map<String, ApiOperation> operations;
  private final Map<String, Handler<RoutingContext>> handlers = new HashMap<>();
  private final Set<String> publicPaths;
  private final Door door;
  private final ClientAddress addresses;
  private final RequestTracing tracing;
  private final RequestMeter requests;
  private final RefusalHandler refusals;
  private final IngestRoom room;
  private final Optional<Admission> admission;
  private final Optional<FailureDelay> failureDelay;

  private Api(List<ApiDocument> documents, OpenAPIContract contract, Door door, Backing backing) {
    this.documents = documents;
    this.contract = contract;
    this.door = door;
    addresses = backing.addresses();
    tracing = backing.tracing();
    requests = new RequestMeter(backing.meters());
    refusals = new RefusalHandler(backing.meters());
    room = backing.room();
    LimitSettings limits = backing.limits();
    admission = Optional.of(limits).filter(LimitSettings::hasRates).map(Admission::new);
    failureDelay =
        Optional.of(limits.failuresPerMinute()).filter(rate -> rate > 0).map(FailureDelay::new);
    admission.ifPresent(limited -> limited.bindTo(backing.meters()));
    failureDelay.ifPresent(delay -> delay.bindTo(backing.meters()));
    operations =
        documents.stream()
            .flatMap(document -> document.operations().stream())
            .collect(Collectors.toMap(ApiOperation::operationId, operation -> operation));
    publicPaths =
        operations.values().stream()
            .filter(ApiOperation::isPublic)
            .map(ApiOperation::path)
            .collect(Collectors.toSet());
  }

  /** Compiles the documents and connects their operations with what serves them. */
  static Future<Api> create(Vertx vertx, List<String> documentNames, Door door, Backing backing) {
    return vertx
        .executeBlocking(() -> documentNames.stream().map(ApiDocument::load).toList())
        .compose(
            documents ->
                OpenAPIContract.from(vertx, RuntimeView.of(documents))
                    .map(contract -> new Api(documents, contract, door, backing)))
        .map(
            api -> {
              api.serveAudit(backing);
              api.serveActivity(backing);
              api.serveAccess(backing);
              api.serveKeys(backing);
              api.checkComplete();
              return api;
            });
  }

  /** The room of streams, which could go on for as long as their senders like. */
  IngestRoom room() {
    return room;
  }

  private void serveAudit(Backing backing) {
    Clock clock = Clock.systemUTC();
    for (AuditResource resource : AuditResource.ALL) {
      serveList(resource.listOperation(), new AuditList(resource, backing.audit()), backing);
      ApiOperation append = operation(resource.appendOperation());
      handlers.put(
          append.operationId(),
          new AppendHandler(resource, append, backing.audit(), backing.bodies(), clock, IDS));
    }
  }

  private void serveActivity(Backing backing) {
    for (ActivityResource resource : ActivityResource.ALL) {
      serveList(
          resource.listOperation(),
          new ActivityList(resource, backing.activity(), backing.keys()),
          backing);
    }
    ApiOperation ingest = operation("ingestActivity");
    handlers.put(
        ingest.operationId(),
        new IngestHandler(
            ingest,
            backing.activity(),
            backing.policy(),
            backing.bodies(),
            backing.room(),
            IDS,
            backing.meters()));
  }

  private void serveKeys(Backing backing) {
    Clock clock = Clock.systemUTC();
    KeyList.all(backing.keys(), clock).forEach((id, list) -> serveList(id, list, backing));
    handlers.putAll(KeyHandler.all(backing.keys(), this::operation, backing.bodies(), clock, IDS));
  }

  private void serveAccess(Backing backing) {
    handlers.put("issueToken", new TokenHandler(backing.exchange(), door));
    ApiOperation keySet = operation("getJsonWebKeySet");
    handlers.put(keySet.operationId(), new KeySetHandler(keySet, backing.signingKeys()));
  }

  private void serveList(String operationId, ListSource<?> source, Backing backing) {
    ApiOperation list = operation(operationId);
    handlers.put(
        operationId, new ListHandler<>(source, list, backing.cursors(), backing.answers()));
  }

  private ApiOperation operation(String id) {
    ApiOperation operation = operations.get(id);
    if (operation == null) {
      throw new IllegalStateException("no document has the operation " + id);
    }
    return operation;
  }

  /**
   * An operation that is published but not served, or open to all by oversight, stops the start.
   */
  private void checkComplete() {
    Set<String> unserved = new HashSet<>(operations.keySet());
    unserved.removeAll(handlers.keySet());
    Set<String> open =
        operations.values().stream()
            .filter(ApiOperation::isPublic)
            .map(ApiOperation::operationId)
            .filter(id -> !PUBLIC_OPERATIONS.contains(id))
            .collect(Collectors.toSet());
    if (!unserved.isEmpty() || !open.isEmpty()) {
      throw new IllegalStateException(
          "operations without a handler: " + unserved + ", without security: " + open);
    }
  }

  /**
   * A router for one event loop.
   *
   * @param corsOrigins whose pages may read answers
   */
  Router router(Vertx vertx, List<String> corsOrigins) {
    RouterBuilder builder = RouterBuilder.create(vertx, contract);
    builder.rootHandler(this::admit);
    builder.rootHandler(UriCheck::query);
    for (OpenAPIRoute route : builder.getRoutes()) {
      ApiOperation operation = operation(route.getOperation().getOperationId());
      route.setDoValidation(false);
      route.addHandler(Door.to(operation));
      if (!operation.isPublic()) {
        admission.ifPresent(route::addHandler);
      }
      route.addHandler(handlers.get(operation.operationId()));
    }
    Router router = builder.createRouter();
    router.route().order(BEFORE_ALL).handler(tracing);
    router.route().order(BEFORE_ALL).handler(requests);
    if (!corsOrigins.isEmpty()) {
      Set<HttpMethod> methods =
          operations.values().stream().map(ApiOperation::method).collect(Collectors.toSet());
      router.route().order(BEFORE_ALL + 1).handler(new Cors(corsOrigins, methods));
    }
    router.route().order(BEFORE_ALL + 2).handler(addresses);
    router.route().order(BEFORE_ALL + 3).handler(UriCheck::path);
    Docs.mount(router, documents);
    for (int status : new int[] {400, 404, 413, 500}) {
      router.errorHandler(status, refusals);
    }
    router.errorHandler(405, this::refuseMethod);
    failureDelay.ifPresent(router.route()::failureHandler);
    router.route().failureHandler(refusals);
    return router;
  }

  /** Answers what is not served, counting why. */
  RefusalHandler refusals() {
    return refusals;
  }

  /** To what is public without a credential, to all else through the door. */
  private void admit(RoutingContext context) {
    if (publicPaths.contains(context.normalizedPath())) {
      context.next();
    } else {
      door.handle(context);
    }
  }

  private void refuseMethod(RoutingContext context) {
    String allowed =
        operations.values().stream()
            .filter(operation -> matches(operation.path(), context.normalizedPath()))
            .map(operation -> operation.method().name())
            .sorted()
            .distinct()
            .collect(Collectors.joining(", "));
    context.fail(
        Refusal.of(
                Reason.METHOD_NOT_ALLOWED,
                context.request().method() + " is not served at this path, which allows " + allowed)
            .withHeader("Allow", allowed));
  }

  private static boolean matches(String template, String path) {
    return path.matches(template.replaceAll("\\{[^}]*}", "[^/]+") + "/?");
  }
}
