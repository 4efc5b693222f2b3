package io.annals.server;

import io.annals.auth.KeyVerifier;
import io.annals.auth.OwnKeys;
import io.annals.auth.TokenExchange;
import io.annals.auth.TokenIssuer;
import io.annals.auth.TokenVerifier;
import io.annals.calls.CallRecorder;
import io.annals.config.Config;
import io.annals.config.ConfigException;
import io.annals.http.Bodies;
import io.annals.http.ByteBudget;
import io.annals.http.ClientAddress;
import io.annals.http.Door;
import io.annals.http.GuardedTransport;
import io.annals.http.RequestTracing;
import io.annals.ingest.IngestRoom;
import io.annals.keys.KeyExpiry;
import io.annals.list.Cursors;
import io.annals.store.ActivityStore;
import io.annals.store.AuditStore;
import io.annals.store.KeyStore;
import io.annals.store.StoreProvider.Role;
import io.annals.trace.SpanExport;
import io.annals.trace.StoreSpans;
import io.annals.trace.WatchedStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.SocketException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A running Annals: its stores and its HTTP servers. */
public final class AnnalsServer {
  /**
   * Bodies under way may fill this part of the heap, activity that arrives in lines as much, and
   * answers as much; on the way in and out, events take some times their size.
   */
  private static final int HEAP_PART = 12;

  /** Vert.x chooses a free port for 0 as well, but only servers with a negative one share it. */
  private static final int SHARED_FREE_PORT = -1;

  /** With those of HTTP and the small ones, less than a stop may take. */
  private static final int RECORDER_SECONDS_MAX = 4;

  private static final int STORES_SECONDS_MAX = 8;

  private final Vertx vertx;
  private final Config config;
  private final Metrics metrics = new Metrics();
  private final OpenStores stores;
  private final Health health;
  private final ManagementVerticle management;
  private final List<HttpVerticle> http = new ArrayList<>();
  private final List<String> deployments = new ArrayList<>();
  private final Closers closers = new Closers();
  private Optional<SpanExport> spans = Optional.empty();

  private AnnalsServer(Vertx vertx, Config config) {
    this.vertx = vertx;
    this.config = config;
    health = new Health(config.storage(), InstantSource.system());
    stores = new OpenStores(vertx, config, health, metrics.registry());
    management =
        new ManagementVerticle(config.http().host(), config.managementPort(), health, metrics);
    health
        .stores()
        .forEach(store -> metrics.store(store.name(), store::isUp, store::downSinceSeconds));
  }

  /** Starts everything; on failure, what had been started is stopped again. */
  public static Future<AnnalsServer> start(Vertx vertx, Config config) {
    AnnalsServer server = new AnnalsServer(vertx, config);
    return server
        .start()
        .map(server)
        .recover(failure -> server.stop().transform(stopped -> Future.failedFuture(failure)));
  }

  /** The address of the API. */
  public String url() {
    return config.http().scheme() + "://" + config.http().host() + ":" + http.get(0).port();
  }

  /** The address of health and metrics. */
  public String managementUrl() {
    return "http://" + config.http().host() + ":" + management.port();
  }

  /** Where this is kept, for people. */
  public String storage(Role role) {
    return stores.description(role);
  }

  /** Health first, so that it tells what the start waits for, and last what the stop does. */
  private Future<?> start() {
    closers.add(metrics, Metrics::close);
    GuardedTransport.of(vertx).ifPresent(guarded -> guarded.bindTo(metrics.registry()));
    return naming("management.port", config.managementPort(), vertx.deployVerticle(management))
        .onSuccess(id -> closers.add(management, listening -> vertx.undeploy(id)))
        .compose(id -> vertx.executeBlocking(this::openSpans))
        .onSuccess(sent -> closers.add(stores, STORES_SECONDS_MAX, OpenStores::close))
        .compose(id -> vertx.executeBlocking(this::readTls))
        .compose(
            tls ->
                OwnKeys.open(vertx, config.keyFile())
                    .onSuccess(keys -> closers.add(keys, OwnKeys::close))
                    .compose(this::openApi)
                    .compose(api -> listen(api, tls)))
        .onSuccess(listening -> health.started());
  }

  private Optional<SpanExport> openSpans() {
    spans = Optional.ofNullable(config.otelEndpoint()).map(SpanExport::to);
    spans.ifPresent(opened -> closers.add(opened, SpanExport::close));
    return spans;
  }

  /** The same, with its calls as spans if they are sent anywhere. */
  private <T> T traced(Class<T> type, T store, Role role) {
    String system = config.storage().get(role).replace("postgres", "postgresql");
    return spans
        .map(sent -> WatchedStore.of(type, store, new StoreSpans(system, sent.tracer())))
        .orElse(store);
  }

  private Optional<TlsMaterial> readTls() {
    Optional<TlsMaterial> tls = Optional.ofNullable(config.http().tls()).map(TlsMaterial::read);
    tls.ifPresent(read -> read.check(vertx));
    return tls;
  }

  private Future<Api> openApi(OwnKeys keys) {
    Future<TokenVerifier> verifier =
        TokenVerifier.open(vertx, keys, config.auth())
            .onSuccess(opened -> closers.add(opened, TokenVerifier::close))
            .onSuccess(opened -> opened.bindTo(metrics.registry()));
    return Future.join(stores.open(), verifier)
        .compose(opened -> createApi(keys, verifier.result()));
  }

  private Future<Api> createApi(OwnKeys keys, TokenVerifier tokens) {
    long part = Runtime.getRuntime().maxMemory() / HEAP_PART;
    AuditStore audit = traced(AuditStore.class, stores.audit(), Role.AUDIT);
    ActivityStore activity = traced(ActivityStore.class, stores.activity(), Role.ACTIVITY);
    KeyStore keyStore = traced(KeyStore.class, stores.keys(), Role.AUDIT);
    MeterRegistry meters = metrics.registry();
    KeyVerifier apiKeys = closers.add(new KeyVerifier(vertx, keyStore, meters), KeyVerifier::close);
    CallRecorder calls =
        closers.add(
            new CallRecorder(vertx, activity, config.activity().clock(), Api.IDS, meters),
            RECORDER_SECONDS_MAX,
            CallRecorder::close);
    IngestRoom room = new IngestRoom(part);
    room.bindTo(meters);
    return Api.create(
        vertx,
        Api.DOCUMENTS,
        new Door(tokens, apiKeys, calls),
        new Api.Backing(
            keys,
            new TokenExchange(apiKeys, new TokenIssuer(keys)),
            audit,
            activity,
            keyStore,
            config.activity(),
            new Cursors(keys.get().cursorSecret()),
            new Bodies(
                config.http().bodyBytesMax(), metrics.watched("http_bodies", new ByteBudget(part))),
            room,
            metrics.watched("http_answers", new ByteBudget(part)),
            config.limits(),
            new ClientAddress(config.http().trustedProxies()),
            new RequestTracing(spans.map(SpanExport::tracer)),
            meters));
  }

  private Future<?> listen(Api api, Optional<TlsMaterial> tls) {
    closers.add(
        KeyExpiry.start(vertx, stores.keys(), InstantSource.system(), metrics.registry()),
        KeyExpiry::close);
    closers.add(this, HttpVerticle.STOP_SECONDS_MAX, AnnalsServer::undeploy);
    int port = config.http().port() == 0 ? SHARED_FREE_PORT : config.http().port();
    Future<?> listening = Future.succeededFuture();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      listening =
          listening.compose(ready -> deploy(new HttpVerticle(config.http(), port, tls, api)));
    }
    return naming("http.port", config.http().port(), listening)
        .onSuccess(all -> http.get(0).followTls());
  }

  /** Says which setting it is about if a port is taken. */
  private static <T> Future<T> naming(String setting, int port, Future<T> listening) {
    return listening.recover(
        failure ->
            Future.failedFuture(
                failure instanceof SocketException
                    ? new ConfigException(
                        "%s %d cannot be listened on (%s); choose another"
                            .formatted(setting, port, failure.getMessage()))
                    : failure));
  }

  private Future<?> deploy(HttpVerticle verticle) {
    return vertx
        .deployVerticle(verticle)
        .onSuccess(
            id -> {
              http.add(verticle);
              deployments.add(id);
            });
  }

  private Future<?> undeploy() {
    return Future.join(deployments.stream().map(vertx::undeploy).toList());
  }

  /** Says that it is not ready, finishes what is under way, and closes what it opened. */
  public Future<Void> stop() {
    health.stopping();
    return closers.close();
  }
}
