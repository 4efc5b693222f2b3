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
import io.annals.http.TlsFiles;
import io.annals.ingest.IngestRoom;
import io.annals.keys.KeyExpiry;
import io.annals.list.Cursors;
import io.annals.store.StoreProvider.Role;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.SocketException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A running Annals: its stores and its HTTP servers. */
public final class AnnalsServer {
  /**
   * Bodies under way may fill this part of the heap, activity that arrives in lines as much, and
   * answers as much; on the way in and out, events take some times their size.
   */
  private static final int HEAP_PART = 12;

  /** Vert.x chooses a free port for 0 as well, but only servers with a negative one share it. */
  private static final int SHARED_FREE_PORT = -1;

  private final Vertx vertx;
  private final Config config;
  private final OpenStores stores;
  private @Nullable TlsMaterial tls;
  private @Nullable OwnKeys ownKeys;
  private @Nullable TokenVerifier verifier;
  private @Nullable KeyVerifier keyVerifier;
  private @Nullable CallRecorder recorder;
  private @Nullable KeyExpiry expiry;
  private @Nullable ManagementVerticle management;
  private final List<HttpVerticle> http = new ArrayList<>();
  private final List<String> deployments = new ArrayList<>();

  private AnnalsServer(Vertx vertx, Config config) {
    this.vertx = vertx;
    this.config = config;
    stores = new OpenStores(vertx, config);
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

  /** The address of health. */
  public String managementUrl() {
    ManagementVerticle running = management;
    return running == null ? "" : "http://" + config.http().host() + ":" + running.port();
  }

  /** Where this is kept, for people. */
  public String storage(Role role) {
    return stores.description(role);
  }

  private Future<?> start() {
    return vertx
        .executeBlocking(this::readTls)
        .compose(read -> OwnKeys.open(vertx, config.keyFile()))
        .onSuccess(opened -> ownKeys = opened)
        .compose(
            keys ->
                Future.join(stores.open(), openVerifier(keys))
                    .compose(opened -> createApi(keys))
                    .compose(this::listen));
  }

  private @Nullable Void readTls() {
    TlsFiles files = config.http().tls();
    if (files != null) {
      TlsMaterial read = TlsMaterial.read(files);
      read.check(vertx);
      tls = read;
    }
    return null;
  }

  private Future<TokenVerifier> openVerifier(OwnKeys keys) {
    return TokenVerifier.open(vertx, keys, config.auth()).onSuccess(opened -> verifier = opened);
  }

  private Future<Api> createApi(OwnKeys keys) {
    long part = Runtime.getRuntime().maxMemory() / HEAP_PART;
    KeyVerifier apiKeys = new KeyVerifier(vertx, stores.keys());
    keyVerifier = apiKeys;
    CallRecorder calls =
        new CallRecorder(vertx, stores.activity(), config.activity().clock(), Api.IDS);
    recorder = calls;
    return Api.create(
        vertx,
        Api.DOCUMENTS,
        new Door(Objects.requireNonNull(verifier), apiKeys, calls),
        new Api.Backing(
            keys,
            new TokenExchange(apiKeys, new TokenIssuer(keys)),
            stores.audit(),
            stores.activity(),
            stores.keys(),
            config.activity(),
            new Cursors(keys.get().cursorSecret()),
            new Bodies(config.http().bodyBytesMax(), new ByteBudget(part)),
            new IngestRoom(part),
            new ByteBudget(part),
            config.limits(),
            new ClientAddress(config.http().trustedProxies())));
  }

  private Future<?> listen(Api api) {
    ManagementVerticle health =
        new ManagementVerticle(config.http().host(), config.managementPort(), stores.byName());
    management = health;
    int port = config.http().port() == 0 ? SHARED_FREE_PORT : config.http().port();
    Future<?> listening = Future.succeededFuture();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      listening =
          listening.compose(ready -> deploy(new HttpVerticle(config.http(), port, tls, api)));
    }
    return naming("http.port", config.http().port(), listening)
        .compose(
            all -> naming("management.port", config.managementPort(), vertx.deployVerticle(health)))
        .onSuccess(deployments::add)
        .onSuccess(id -> http.get(0).followTls())
        .onSuccess(all -> expiry = KeyExpiry.start(vertx, stores.keys(), InstantSource.system()));
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

  /** Says that it is not ready, finishes what is under way, and closes what it opened. */
  public Future<Void> stop() {
    ManagementVerticle health = management;
    if (health != null) {
      health.announceStop();
    }
    List<String> open = List.copyOf(deployments);
    deployments.clear();
    return Future.join(open.stream().map(vertx::undeploy).toList())
        .transform(done -> verifier == null ? Future.succeededFuture() : verifier.close())
        .transform(done -> keyVerifier == null ? Future.succeededFuture() : keyVerifier.close())
        .transform(done -> recorder == null ? Future.succeededFuture() : recorder.close())
        .transform(done -> expiry == null ? Future.succeededFuture() : expiry.close())
        .transform(done -> ownKeys == null ? Future.succeededFuture() : ownKeys.close())
        .transform(done -> stores.close());
  }
}
