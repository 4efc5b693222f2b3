package io.annals.calls;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.uuid.Generators;
import io.annals.auth.Eventually;
import io.annals.auth.Principal;
import io.annals.http.Bodies;
import io.annals.http.ByteBudget;
import io.annals.http.Door;
import io.annals.model.ActivityStream;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls of one key on a server of one route, with few places for those that are not durable. */
final class CallRecorderTest {
  private static final int PLACES = 12;
  private static final int PLACES_OF_ONE = 6;
  private static final TenantId TENANT = new TenantId(new UUID(1, 2));
  private static final Principal.Key KEY =
      new Principal.Key(new UUID(3, 4), "annals_abcdefghijkl", new UUID(5, 6));
  private static final Principal CALLER =
      new Principal("robot", Optional.of(TENANT), Set.of(), Optional.of(KEY));
  private static final Principal WITHOUT_KEY =
      new Principal("somebody", Optional.of(TENANT), Set.of(), Optional.empty());

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Kept store = new Kept();
  private Principal caller = CALLER;
  private boolean isLetIn = true;
  private CallRecorder recorder;
  private HttpServer server;

  /** Keeps what it is given; is unavailable while it is told to be. */
  private static final class Kept implements ActivityStore {
    final List<NewActivity> events = new CopyOnWriteArrayList<>();
    final List<UUID> tried = new CopyOnWriteArrayList<>();
    volatile boolean unavailable;

    @Override
    public Future<Void> append(TenantId tenant, List<NewActivity> calls) {
      calls.forEach(call -> tried.add(call.event().id()));
      if (unavailable) {
        return Future.failedFuture(new StoreException(Kind.UNAVAILABLE, "told to be", null));
      }
      events.addAll(calls);
      return Future.succeededFuture();
    }

    @Override
    public Future<Optional<ActivityPage>> page(TenantId tenant, ActivityQuery query) {
      throw new UnsupportedOperationException();
    }
  }

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @BeforeEach
  void serve() throws Exception {
    recorder =
        new CallRecorder(
            vertx,
            store,
            Clock.systemUTC(),
            Generators.timeBasedEpochGenerator()::generate,
            PLACES,
            meters);
    Router router = Router.router(vertx);
    router
        .route()
        .handler(
            context -> {
              if (context.request().path().equals("/left")) {
                context.response().closeHandler(left -> admit(context)); // its key is found late
              } else {
                admit(context);
              }
            });
    router
        .get("/things/:id")
        .handler(
            context -> {
              Door.route(context, "/things/{id}");
              context.response().setStatusCode(207).end();
            });
    router.get("/never").handler(context -> {});
    router.get("/left").handler(context -> {});
    Bodies bodies = new Bodies(100_000, new ByteBudget(1_000_000));
    router
        .post("/bodies")
        .handler(
            context -> bodies.readJson(context).onSuccess(body -> context.response().end("taken")));
    server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
  }

  private void admit(RoutingContext context) {
    if (recorder.admit(context, caller, isLetIn, System.nanoTime())) {
      context.next();
    } else {
      context.response().setStatusCode(503).end();
    }
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private int get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.actualPort() + path);
    return client
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private void awaitEvents(int count) {
    Eventually.within10Seconds(() -> assertThat(store.events).hasSize(count));
  }

  @Test
  void call_isRecordedByItsRouteWithWhatBecameOfIt() throws Exception {
    assertThat(get("/things/17?secret=x")).isEqualTo(207);
    awaitEvents(1);
    NewActivity call = store.events.get(0);
    assertThat(call.serviceAccountId()).isEqualTo(KEY.serviceAccountId());
    assertThat(ActivityStream.tokenOf(call.event())).isEqualTo(KEY.tokenId());
    assertThat(call.event().value(ActivityStream.KEY_PREFIX)).isEqualTo(KEY.prefix());
    assertThat(call.event().value(ActivityStream.METHOD)).isEqualTo("GET");
    assertThat(call.event().value(ActivityStream.PATH)).isEqualTo("/things/{id}");
    assertThat(call.event().value(ActivityStream.STATUS_CODE)).isEqualTo(207);
    assertThat((Integer) call.event().value(ActivityStream.LATENCY_MS)).isNotNegative();
    assertThat(call.event().value(ActivityStream.REMOTE_IP)).isEqualTo("127.0.0.1");
    assertThat(call.event().value(ActivityStream.ACTOR)).isEqualTo("robot");
  }

  @Test
  void call_withABody_isRecorded() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.actualPort() + "/bodies");
    HttpRequest post =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{}".repeat(20_000)))
            .build();
    assertThat(client.send(post, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(200);
    awaitEvents(1);
    Eventually.within10Seconds(() -> assertThat(recorder.placesTaken()).isZero());
  }

  @Test
  void call_whoseClientLeavesInItsBody_isRecordedAsSuch() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
      String head =
          "POST /bodies HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
              + "Content-Length: 50000\r\n\r\n{";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      TimeUnit.MILLISECONDS.sleep(200); // it has arrived then
    }
    awaitEvents(1);
    assertThat(store.events.get(0).event().value(ActivityStream.STATUS_CODE)).isEqualTo(499);
  }

  @Test
  void call_ofNoRoute_isRecordedByItsPathWithoutItsQuery() throws Exception {
    assertThat(get("/nothing/here?a=b")).isEqualTo(404);
    awaitEvents(1);
    assertThat(store.events.get(0).event().value(ActivityStream.PATH)).isEqualTo("/nothing/here");
  }

  @Test
  void methodAndPath_areRecordedUpToWhatTheContractAllows() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.actualPort() + "/" + "p".repeat(3_000));
    HttpRequest odd =
        HttpRequest.newBuilder(uri)
            .method("M".repeat(300), HttpRequest.BodyPublishers.noBody())
            .build();
    client.send(odd, HttpResponse.BodyHandlers.discarding());
    awaitEvents(1);
    assertThat(store.events.get(0).event().value(ActivityStream.METHOD)).isEqualTo("M".repeat(256));
    assertThat(store.events.get(0).event().value(ActivityStream.PATH))
        .isEqualTo("/" + "p".repeat(2_047));
  }

  @Test
  void call_withoutKey_isNotRecordedAndNeedsNoPlace() throws Exception {
    store.unavailable = true;
    caller = WITHOUT_KEY;
    for (int i = 0; i < 2 * PLACES; i++) {
      assertThat(get("/things/1")).isEqualTo(207);
    }
    recorder.close().await(20, TimeUnit.SECONDS);
    assertThat(store.tried).isEmpty();
  }

  private void getAndLeave(String path) throws IOException, InterruptedException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
      String head = "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      TimeUnit.MILLISECONDS.sleep(200); // it has arrived then
    }
  }

  @Test
  void call_whoseClientLeaves_isRecordedAsSuch() throws Exception {
    getAndLeave("/never");
    awaitEvents(1);
    assertThat(store.events.get(0).event().value(ActivityStream.STATUS_CODE)).isEqualTo(499);
  }

  @Test
  void call_whoseClientLeavesBeforeItsKeyIsFound_isRecordedAndKeepsNoPlace() throws Exception {
    for (int i = 1; i <= 2 * PLACES_OF_ONE; i++) {
      getAndLeave("/left");
      awaitEvents(i);
    }
    assertThat(store.events.get(0).event().value(ActivityStream.STATUS_CODE)).isEqualTo(499);
    Eventually.within10Seconds(() -> assertThat(recorder.placesTaken()).isZero());
  }

  @Test
  void calls_whileTheStoreIsAway_areRefusedWithoutPlaceAndStoredOnceLater() throws Exception {
    store.unavailable = true;
    for (int i = 0; i < PLACES_OF_ONE; i++) {
      assertThat(get("/things/1")).isEqualTo(207);
    }
    assertThat(get("/things/1")).isEqualTo(503);
    Eventually.within10Seconds(
        () -> assertThat(store.tried).as("tried again").hasSizeGreaterThan(PLACES_OF_ONE));
    assertThat(meters.get("annals.queue.used").gauge().value()).isEqualTo(PLACES_OF_ONE);
    assertThat(meters.get("annals.background.failures").counter().count()).isPositive();
    store.unavailable = false;
    awaitEvents(PLACES_OF_ONE);
    assertThat(store.events.stream().map(call -> call.event().id()))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(Set.copyOf(store.tried));
    Eventually.within10Seconds(() -> assertThat(recorder.placesTaken()).isZero());
    assertThat(get("/things/1")).isEqualTo(207);
  }

  @Test
  void tenant_takesAPartOfThePlacesAndLeavesTheOthersToOthers() throws Exception {
    store.unavailable = true;
    for (int i = 0; i < PLACES_OF_ONE; i++) {
      assertThat(get("/things/1")).isEqualTo(207);
    }
    assertThat(get("/things/1")).isEqualTo(503);
    caller = ofOtherTenant();
    assertThat(get("/things/1")).isEqualTo(207);
  }

  @Test
  void whoIsNotLetIn_takesNoPlaceOfTheTenantWhoseKeyIsNamed() throws Exception {
    store.unavailable = true;
    isLetIn = false;
    for (int i = 0; i < PLACES_OF_ONE; i++) {
      assertThat(get("/things/1")).isEqualTo(207);
    }
    caller = ofOtherTenant();
    assertThat(get("/things/1")).as("all strangers share a part").isEqualTo(503);
    caller = CALLER;
    isLetIn = true;
    for (int i = 0; i < (PLACES - PLACES_OF_ONE) / 2; i++) {
      assertThat(get("/things/1")).isEqualTo(207);
    }
    assertThat(get("/things/1")).isEqualTo(503);
  }

  private static Principal ofOtherTenant() {
    TenantId other = new TenantId(new UUID(7, 8));
    return new Principal("other", Optional.of(other), Set.of(), Optional.of(KEY));
  }

  @Test
  void close_waitsUntilWhatEndedIsDurable() throws Exception {
    assertThat(get("/things/1")).isEqualTo(207);
    recorder.close().await(20, TimeUnit.SECONDS);
    recorder.close().await(20, TimeUnit.SECONDS);
    assertThat(store.events).hasSize(1);
  }
}
