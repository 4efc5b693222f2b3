package io.annals.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.annals.auth.Eventually;
import io.annals.server.StoreHealth.Status;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityStore;
import io.annals.store.AuditStore;
import io.annals.store.KeyStore;
import io.annals.store.Store;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.annals.store.StoreProvider.Role;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A store whose check does what it is told, looked after by a clock that it is told, too. */
final class StoreHealthTest {
  private static final Instant START = Instant.parse("2026-11-21T15:00:00Z");

  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final Health health =
      new Health(Map.of(Role.AUDIT, "steady", Role.ACTIVITY, "shaky"), now::get);
  private final Checked steady = new Checked();
  private final Checked shaky = new Checked();
  private final Logger logger = (Logger) LoggerFactory.getLogger(StoreHealth.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  /** Answers its checks by what is set. */
  private static final class Checked implements Store {
    final AtomicInteger checks = new AtomicInteger();
    volatile Future<Void> answer = Future.succeededFuture();

    @Override
    public Future<Void> check() {
      checks.incrementAndGet();
      return answer;
    }

    @Override
    public AuditStore audit() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<ActivityStore> activity(ActivityPolicy policy) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<KeyStore> keys() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> close() {
      throw new UnsupportedOperationException();
    }
  }

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void close() throws TimeoutException {
    health.stopping();
    logger.detachAppender(log);
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private void start() {
    health.opened(vertx, "steady", steady);
    health.opened(vertx, "shaky", shaky);
    health.started();
    awaitStatus("UP");
  }

  private void awaitStatus(String status) {
    Eventually.within10Seconds(() -> assertThat(health.status()).isEqualTo(status));
  }

  private JsonObject ofStore(String name) {
    return health.toJson().getJsonObject("stores").getJsonObject(name);
  }

  private static Future<Void> unavailable(String message) {
    return Future.failedFuture(new StoreException(Kind.UNAVAILABLE, message, null));
  }

  @Test
  void serverThatStarts_saysWhatItWaitsFor() {
    health.opened(vertx, "steady", steady);
    Eventually.within10Seconds(
        () -> assertThat(ofStore("steady").getString("status")).isEqualTo("UP"));
    assertThat(health.status()).isEqualTo("STARTING");
    assertThat(health.status("audit")).contains("STARTING");
    assertThat(ofStore("shaky"))
        .isEqualTo(
            new JsonObject()
                .put("status", "STARTING")
                .put("roles", JsonArray.of("activity"))
                .put("since", "2026-11-21T15:00:00Z")
                .put("reason", "waits for its database, and brings the schema up to date"));
    assertThat(health.stores())
        .filteredOn(store -> store.name().equals("shaky"))
        .allMatch(store -> store.downSinceSeconds() == START.getEpochSecond());
  }

  @Test
  void storeThatIsDown_isToldWithReasonAndTime_andWhatStillWorks() {
    start();
    now.set(START.plusSeconds(60));
    shaky.answer = unavailable("no route to host\nat some.stack.Trace");
    awaitStatus("DOWN");
    now.set(START.plusSeconds(90));
    shaky.answer = unavailable("connection refused");
    Eventually.within10Seconds(
        () ->
            assertThat(ofStore("shaky"))
                .isEqualTo(
                    new JsonObject()
                        .put("status", "DOWN")
                        .put("roles", JsonArray.of("activity"))
                        .put("since", "2026-11-21T15:01:00Z")
                        .put("reason", "connection refused")));
    assertThat(health.toJson().getJsonObject("serves").getMap())
        .isEqualTo(Map.of("activity", "DOWN", "audit", "UP", "keys", "UP"));
    assertThat(ofStore("steady").getString("status")).isEqualTo("UP");
    assertThat(health.stores())
        .filteredOn(store -> store.name().equals("shaky"))
        .allSatisfy(
            store -> {
              assertThat(store.status()).isEqualTo(Status.DOWN);
              assertThat(store.downSinceSeconds())
                  .isEqualTo((double) START.plusSeconds(60).getEpochSecond());
            });
  }

  @Test
  void eachChange_isLoggedOnce_withReasonAndHowLongItTook() {
    start();
    shaky.answer = unavailable("connection refused");
    awaitStatus("DOWN");
    int checks = shaky.checks.get();
    Eventually.within10Seconds(
        () -> assertThat(shaky.checks.get()).isGreaterThanOrEqualTo(checks + 2));
    now.set(START.plusMillis(12_300));
    shaky.answer = Future.succeededFuture();
    awaitStatus("UP");
    assertThat(log.list)
        .extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
        .containsExactly(
            tuple(Level.WARN, "the store shaky (activity) is down: connection refused"),
            tuple(Level.INFO, "the store shaky is back after 12.3 s"));
  }

  @Test
  void storeThatHangs_isDown_andAskingCostsItNothing() {
    start();
    shaky.answer = Promise.<Void>promise().future();
    awaitStatus("DOWN");
    assertThat(ofStore("shaky").getString("reason")).isEqualTo("does not answer within 2000 ms");
    int checks = shaky.checks.get();
    for (int i = 0; i < 10_000; i++) {
      assertThat(health.status()).isEqualTo("DOWN");
    }
    assertThat(shaky.checks.get()).isLessThanOrEqualTo(checks + 1);
  }

  @Test
  void serverThatStops_isNotReady_andSaysNothingOfStoresThatClose() {
    start();
    health.stopping();
    shaky.answer = unavailable("closed");
    assertThat(health.status()).isEqualTo("STOPPING");
    assertThat(health.status("audit")).contains("STOPPING");
    assertThat(health.status("nothing")).isEmpty();
    int checks = shaky.checks.get();
    Eventually.within10Seconds(
        () -> assertThat(shaky.checks.get()).isLessThanOrEqualTo(checks + 1));
    assertThat(log.list).isEqualTo(List.of());
  }
}
