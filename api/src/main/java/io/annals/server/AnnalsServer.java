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
import java.util.Optional;
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
  private final ManagementVerticle management;
  private final List<HttpVerticle> http = new ArrayList<>();
  private final List<String> deployments = new ArrayList<>();
  private @Nullable String health;
  private final Closers closers = new Closers();

  private AnnalsServer(Vertx vertx, Config config) {
    this.vertx = vertx;
    this.config = config;
    stores = new OpenStores(vertx, config);
    management =
        new ManagementVerticle(config.http().host(), config.managementPort(), stores::byName);
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
    return "http://" + config.http().host() + ":" + management.port();
  }

  /** Where this is kept, for people. */
  public String storage(Role role) {
    return stores.description(role);
  }

  private Future<?> start() {
    closers.add(stores, OpenStores::close);
    return vertx
        .executeBlocking(this::readTls)
        .compose(
            tls ->
                OwnKeys.open(vertx, config.keyFile())
                    .onSuccess(keys -> closers.add(keys, OwnKeys::close))
                    .compose(this::openApi)
                    .compose(api -> listen(api, tls)));
  }

  private Optional<TlsMaterial> readTls() {
    Optional<TlsMaterial> tls = Optional.ofNullable(config.http().tls()).map(TlsMaterial::read);
    tls.ifPresent(read -> read.check(vertx));
    return tls;
  }

  private Future<Api> openApi(OwnKeys keys) {
    Future<TokenVerifier> verifier =
        TokenVerifier.open(vertx, keys, config.auth())
            .onSuccess(opened -> closers.add(opened, TokenVerifier::close));
    return Future.join(stores.open(), verifier)
        .compose(opened -> createApi(keys, verifier.result()));
  }

  private Future<Api> createApi(OwnKeys keys, TokenVerifier tokens) {
    long part = Runtime.getRuntime().maxMemory() / HEAP_PART;
    KeyVerifier apiKeys = closers.add(new KeyVerifier(vertx, stores.keys()), KeyVerifier::close);
    CallRecorder calls =
        closers.add(
            new CallRecorder(vertx, stores.activity(), config.activity().clock(), Api.IDS),
            CallRecorder::close);
    return Api.create(
        vertx,
        Api.DOCUMENTS,
        new Door(tokens, apiKeys, calls),
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

  private Future<?> listen(Api api, Optional<TlsMaterial> tls) {
    closers.add(deployments, all -> stopListening());
    int port = config.http().port() == 0 ? SHARED_FREE_PORT : config.http().port();
    Future<?> listening = Future.succeededFuture();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      listening =
          listening.compose(ready -> deploy(new HttpVerticle(config.http(), port, tls, api)));
    }
    return naming("http.port", config.http().port(), listening)
        .compose(
            all ->
                naming(
                    "management.port", config.managementPort(), vertx.deployVerticle(management)))
        .onSuccess(id -> health = id)
        .onSuccess(id -> http.get(0).followTls())
        .onSuccess(
            id ->
                closers.add(
                    KeyExpiry.start(vertx, stores.keys(), InstantSource.system()),
                    KeyExpiry::close));
  }

  /** Health ends last: until then it says that the server is stopping. */
  private Future<?> stopListening() {
    return Future.join(deployments.stream().map(vertx::undeploy).toList())
        .transform(ended -> health == null ? Future.succeededFuture() : vertx.undeploy(health));
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
    management.announceStop();
    return closers.close();
  }
}
