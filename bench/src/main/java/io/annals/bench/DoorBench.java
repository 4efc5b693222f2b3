package io.annals.bench;

import com.fasterxml.uuid.Generators;
import io.annals.activity.ActivityList;
import io.annals.activity.ActivityResource;
import io.annals.auth.ApiKey;
import io.annals.auth.AuthSettings;
import io.annals.auth.KeyFile;
import io.annals.auth.KeyVerifier;
import io.annals.auth.Principal;
import io.annals.auth.TokenVerifier;
import io.annals.calls.CallRecorder;
import io.annals.contract.ApiDocument;
import io.annals.contract.ApiOperation;
import io.annals.http.ByteBudget;
import io.annals.http.Door;
import io.annals.list.Cursors;
import io.annals.list.ListHandler;
import io.annals.model.ActivityStream;
import io.annals.model.ApiToken;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.Act;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityStore;
import io.annals.store.KeyStore;
import io.annals.tck.MemoryStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What it costs to be let in with an API key: a page of 50 over HTTP, from the store in memory,
 * with a key that was verified before and with no check at all; all in this process. And what is
 * remembered of keys: 10,000 of them beside three times as many.
 */
final class DoorBench {
  private static final int EVENTS = 1_000;
  private static final int KEYS = 10_000;
  private static final int WARM_SECONDS = 5;
  private static final TenantId TENANT = new TenantId(new UUID(1, 2));
  private static final UUID LISTED = new UUID(3, 4);
  private static final String ROUTE = "/v1/tenants/:tenant/tokens/:token/activity";

  private final Vertx vertx;
  private final Path directory;
  private final MemoryStore store = new MemoryStore();
  private final ActivityPolicy policy = new ActivityPolicy(90, 250, Clock.systemUTC());

  DoorBench(Vertx vertx, Path directory) {
    this.vertx = vertx;
    this.directory = directory;
  }

  void run(Report report) {
    ActivityStore activity = Load.await(store.activity(policy));
    KeyStore keys = Load.await(store.keys());
    Load.await(activity.append(TENANT, calls()));
    List<ApiKey> minted = mint(keys, 3 * KEYS);
    KeyFile file = KeyFile.readOrCreate(KeyFile.in(directory));
    TokenVerifier tokens =
        Load.await(TokenVerifier.open(vertx, () -> file, AuthSettings.OWN_TOKENS_ONLY));
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    KeyVerifier verifier = new KeyVerifier(vertx, keys, meters);
    CallRecorder recorder =
        new CallRecorder(
            vertx,
            activity,
            Clock.systemUTC(),
            Generators.timeBasedEpochGenerator()::generate,
            meters);
    ApiOperation operation =
        ApiDocument.load("tenant").operations().stream()
            .filter(each -> each.operationId().equals("listTokenActivity"))
            .findFirst()
            .orElseThrow();
    ListHandler<?> list =
        new ListHandler<>(
            new ActivityList(ActivityResource.ALL.get(0), activity, keys),
            operation,
            new Cursors(file.cursorSecret()),
            new ByteBudget(1 << 30));
    Principal anybody =
        new Principal(
            "anybody", Optional.of(TENANT), Set.copyOf(operation.scopes()), Optional.empty());
    int open = serve(list, context -> letIn(context, anybody));
    int guarded = serve(list, new Door(tokens, verifier, recorder), Door.to(operation));
    Load.Worker withKey = page(guarded, minted.get(0));
    Load.Worker withoutCheck = page(open, null);
    for (int i = 0; i < 3; i++) {
      Load.perSecond(List.of(withKey), WARM_SECONDS);
      Load.perSecond(List.of(withoutCheck), WARM_SECONDS);
    }
    double[] times = Pairs.medianMillis(withKey, withoutCheck);
    report.time("page of 50 with an API key, beside no check", times[0], times[1], 1.1, 0);

    double before = heapMib();
    use(guarded, minted.subList(0, KEYS));
    double some = heapMib() - before;
    use(guarded, minted);
    report.size("heap for 30,000 keys in use, beside 10,000", heapMib() - before, some, 1.5, 8);
    Load.await(recorder.close());
    Load.await(verifier.close());
  }

  /** As the door does. */
  private static void letIn(RoutingContext context, Principal anybody) {
    context.put("annals.principal", anybody);
    context.next();
  }

  private static List<NewActivity> calls() {
    long now = System.currentTimeMillis();
    List<NewActivity> calls = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      Object[] values = new Object[ActivityStream.ACTIVITY.fields().size()];
      values[ActivityStream.TOKEN_ID] = LISTED;
      values[ActivityStream.METHOD] = ActivityLines.method(i);
      values[ActivityStream.PATH] = ActivityLines.path(i);
      values[ActivityStream.STATUS_CODE] = ActivityLines.status(i);
      values[ActivityStream.REMOTE_IP] = ActivityLines.address(i);
      values[ActivityStream.ACTOR] = ActivityLines.actor(i);
      calls.add(new NewActivity(new Event(now - i, new UUID(i, i), values), null));
    }
    return calls;
  }

  private static List<ApiKey> mint(KeyStore keys, int count) {
    Act act = new Act("bench", null, null, null, System.currentTimeMillis());
    List<ApiKey> minted = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ApiKey key = ApiKey.generate();
      ApiToken token =
          new ApiToken(
              UUID.randomUUID(),
              "key " + i,
              key.prefix(),
              List.of("activity:read"),
              null,
              "user " + i,
              act.atMillis(),
              act.actor(),
              null,
              null,
              null);
      Load.await(keys.mint(TENANT, token, key.secret(), act));
      minted.add(key);
    }
    return minted;
  }

  @SafeVarargs
  private int serve(Handler<RoutingContext> list, Handler<RoutingContext>... before) {
    Router router = Router.router(vertx);
    for (Handler<RoutingContext> handler : before) {
      router.get(ROUTE).handler(handler);
    }
    router.get(ROUTE).handler(list);
    return Load.await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
        .actualPort();
  }

  private Load.Worker page(int port, @Nullable ApiKey key) {
    HttpConnection http = Load.await(HttpConnection.open(vertx, port));
    String path = "/v1/tenants/" + TENANT + "/tokens/" + LISTED + "/activity";
    String header = key == null ? "" : "X-API-Key: " + key.secretText() + "\r\n";
    return new Pages(path, header, "").page(http, null);
  }

  private void use(int port, List<ApiKey> keys) {
    HttpConnection http = Load.await(HttpConnection.open(vertx, port));
    String path = "/v1/tenants/" + TENANT + "/tokens/" + LISTED + "/activity";
    for (ApiKey key : keys) {
      String header = "X-API-Key: " + key.secretText() + "\r\n";
      Load.await(http.send(new Pages(path, header, "").request(1, null), 200));
    }
    http.close();
  }

  private static double heapMib() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0;
  }
}
