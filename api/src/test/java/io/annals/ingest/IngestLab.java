package io.annals.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.uuid.Generators;
import io.annals.auth.Eventually;
import io.annals.contract.ApiDocument;
import io.annals.contract.ApiOperation;
import io.annals.http.Bodies;
import io.annals.http.ByteBudget;
import io.annals.http.ConnectionLimits;
import io.annals.http.RefusalHandler;
import io.annals.model.TenantId;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The handler on a server of its own, behind no door. */
final class IngestLab implements AutoCloseable {
  static final TenantId TENANT = new TenantId(new UUID(1, 2));
  static final String PATH = "/v1/tenants/" + TENANT + "/activity";
  static final int BODY_BYTES_MAX = 2_000_000;
  static final int RETENTION_DAYS = 90;
  private static final long START = System.currentTimeMillis() - 1000;
  static final ApiOperation OPERATION =
      ApiDocument.load("tenant").operations().stream()
          .filter(operation -> operation.operationId().equals("ingestActivity"))
          .findFirst()
          .get();

  final IngestRoom room;
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final ByteBudget bodies = new ByteBudget(BODY_BYTES_MAX);
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;

  /** Serves this store; closes connections on which nothing happens for this time. */
  IngestLab(
      ActivityStore store,
      long roomBytes,
      int retentionDays,
      long silenceMillisMax,
      int idleMillisMax)
      throws TimeoutException {
    room = new IngestRoom(roomBytes);
    IngestHandler handler =
        new IngestHandler(
            OPERATION,
            store,
            new ActivityPolicy(retentionDays, 250, Clock.systemUTC()),
            new Bodies(BODY_BYTES_MAX, bodies),
            room,
            Generators.timeBasedEpochGenerator()::generate,
            meters,
            silenceMillisMax);
    Router router = Router.router(vertx);
    router
        .post(PATH)
        .handler(context -> handler.take(context, TENANT))
        .failureHandler(new RefusalHandler(meters));
    server =
        vertx
            .createHttpServer(
                ConnectionLimits.options()
                    .setIdleTimeout(idleMillisMax)
                    .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .await(20, TimeUnit.SECONDS);
  }

  IngestLab(ActivityStore store, long roomBytes, int retentionDays, long silenceMillisMax)
      throws TimeoutException {
    this(store, roomBytes, retentionDays, silenceMillisMax, 60_000);
  }

  IngestLab(ActivityStore store, long roomBytes) throws TimeoutException {
    this(store, roomBytes, RETENTION_DAYS, 30_000);
  }

  int port() {
    return server.actualPort();
  }

  Post.Answer post(String mediaType, byte[] body) throws IOException {
    try (Post post = Post.of(port(), mediaType)) {
      return post.send(body).end().answer();
    }
  }

  Post.Answer post(String mediaType, String encoding, byte[] body) throws IOException {
    try (Post post = Post.encoded(port(), mediaType, encoding)) {
      return post.send(body).end().answer();
    }
  }

  /** Whatever happened before, nothing is held any more. */
  void assertNothingHeld() {
    Eventually.within10Seconds(
        () -> {
          assertThat(room.events().held()).isZero();
          assertThat(room.streams().held()).isZero();
          assertThat(bodies.held()).isZero();
        });
  }

  @Override
  public void close() throws TimeoutException {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  /** A line with an id and a time of its own. */
  static String line(int number) {
    return line(new UUID(7, number), START - number % 1000, "/v1/" + number);
  }

  static String line(UUID id, long createdAtMillis, String path) {
    return "{\"id\":\"%s\",\"tokenId\":\"%s\",\"createdAt\":%d,\"method\":\"GET\",\"path\":\"%s\",\"statusCode\":200}\n"
        .formatted(id, new UUID(3, id.getLeastSignificantBits() % 100), createdAtMillis, path);
  }

  /** So many lines, from this number on. */
  static String lines(int from, int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < from + count; i++) {
      lines.append(line(i));
    }
    return lines.toString();
  }

  /** How many events had this outcome, as its meters say. */
  double counted(String counter, String outcome) {
    return meters.get(counter).tag("outcome", outcome).counter().count();
  }
}
