package io.annals.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.auth.AuthSettings;
import io.annals.auth.KeyFile;
import io.annals.auth.KeyVerifier;
import io.annals.auth.TokenExchange;
import io.annals.auth.TokenIssuer;
import io.annals.auth.TokenVerifier;
import io.annals.calls.CallRecorder;
import io.annals.http.Bodies;
import io.annals.http.ByteBudget;
import io.annals.http.ClientAddress;
import io.annals.http.Door;
import io.annals.http.RequestTracing;
import io.annals.ingest.IngestRoom;
import io.annals.limits.LimitSettings;
import io.annals.list.Cursors;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityStore;
import io.annals.tck.MemoryStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is published must be served, and to nobody by oversight; else the server does not start. */
class ApiTest {
  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws TimeoutException {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private Api create(String... documents) throws TimeoutException {
    KeyFile keys = KeyFile.readOrCreate(directory.resolve("auth.json"));
    TokenVerifier verifier =
        TokenVerifier.open(vertx, () -> keys, AuthSettings.OWN_TOKENS_ONLY)
            .await(20, TimeUnit.SECONDS);
    MeterRegistry meters = new SimpleMeterRegistry();
    MemoryStore store = new MemoryStore();
    KeyVerifier apiKeys = new KeyVerifier(vertx, store.keys().await(20, TimeUnit.SECONDS), meters);
    ActivityPolicy policy = new ActivityPolicy(90, 250, Clock.systemUTC());
    ActivityStore activity = store.activity(policy).await(20, TimeUnit.SECONDS);
    return Api.create(
            vertx,
            List.of(documents),
            new Door(
                verifier,
                apiKeys,
                new CallRecorder(vertx, activity, Clock.systemUTC(), Api.IDS, meters)),
            new Api.Backing(
                () -> keys,
                new TokenExchange(apiKeys, new TokenIssuer(keys)),
                store.audit(),
                activity,
                store.keys().await(20, TimeUnit.SECONDS),
                policy,
                new Cursors(keys.cursorSecret()),
                new Bodies(1024, new ByteBudget(1024)),
                new IngestRoom(1024),
                new ByteBudget(1024),
                LimitSettings.NONE,
                new ClientAddress(List.of()),
                new RequestTracing(Optional.empty()),
                meters))
        .await(20, TimeUnit.SECONDS);
  }

  @Test
  void publishedDocuments_areServedWhole() throws TimeoutException {
    Api api = create("tenant", "events", "log");
    assertThat(api.router(vertx, List.of()).getRoutes()).isNotEmpty();
  }

  @Test
  void operationWithoutHandler_stopsTheStart() {
    assertThatThrownBy(() -> create("tenant", "events", "log", "unserved"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("without a handler: [unserved]");
  }

  @Test
  void operationWithoutSecurity_stopsTheStart() {
    assertThatThrownBy(() -> create("tenant", "events", "log", "unserved", "open"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("without security: [open]");
  }

  @Test
  void handlerWithoutOperation_stopsTheStart() {
    assertThatThrownBy(() -> create("tenant", "events"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("listAuditLog");
  }
}
