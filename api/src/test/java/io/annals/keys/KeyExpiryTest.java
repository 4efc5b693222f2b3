package io.annals.keys;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.annals.store.KeyStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class KeyExpiryTest {
  private static final int NOW = 1_000;

  private final Vertx vertx = Vertx.vertx();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  /** What the store answers, one after the other; then it has nothing to do. */
  private final Queue<Future<Integer>> answers = new ConcurrentLinkedQueue<>();

  private final BlockingQueue<Long> asked = new LinkedBlockingQueue<>();

  /** A store that is only good for this. */
  private final KeyStore keys =
      (KeyStore)
          Proxy.newProxyInstance(
              KeyStore.class.getClassLoader(),
              new Class<?>[] {KeyStore.class},
              (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("expire");
                Future<Integer> answer = answers.poll();
                asked.add((Long) arguments[0]);
                return answer == null ? Future.succeededFuture(0) : answer;
              });

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(KeyExpiry.class);
  }

  @BeforeEach
  void watchLog() {
    log.start();
    logger().addAppender(log);
  }

  @AfterEach
  void close() throws Exception {
    logger().detachAppender(log);
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  private KeyExpiry start() {
    return KeyExpiry.start(vertx, keys, InstantSource.fixed(Instant.ofEpochMilli(NOW)), 5, meters);
  }

  private void awaitAsked(int times) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      assertThat(asked.poll(20, TimeUnit.SECONDS)).isEqualTo(NOW);
    }
  }

  private List<String> logged(Level level) {
    return List.copyOf(log.list).stream()
        .filter(event -> event.getLevel().equals(level))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void store_isAskedAgainAndAgain() throws Exception {
    KeyExpiry expiry = start();
    awaitAsked(5);
    expiry.close().await(20, TimeUnit.SECONDS);
    assertThat(log.list).isEmpty();
  }

  @Test
  void failures_areLoggedOnceUntilItWorksAgain() throws Exception {
    for (int i = 0; i < 5; i++) {
      answers.add(Future.failedFuture("the database is away"));
    }
    answers.add(Future.succeededFuture(2));
    answers.add(Future.failedFuture("away again"));
    KeyExpiry expiry = start();
    awaitAsked(9);
    expiry.close().await(20, TimeUnit.SECONDS);
    assertThat(logged(Level.WARN)).hasSize(2);
    assertThat(meters.get("annals.background.failures").counter().count()).isEqualTo(6);
    assertThat(meters.get("annals.keys.expired").counter().count()).isEqualTo(2);
    assertThat(logged(Level.WARN).get(0)).contains("the database is away");
  }

  @Test
  void storeThatIsStillBusy_isNotAskedAgain() throws Exception {
    Promise<Integer> busy = Promise.promise();
    answers.add(busy.future());
    KeyExpiry expiry = start();
    awaitAsked(1);
    assertThat(asked.poll(200, TimeUnit.MILLISECONDS)).isNull();
    busy.complete(0);
    awaitAsked(1);
    expiry.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void closing_waitsForWhatIsUnderWayAndAsksNoMore() throws Exception {
    Promise<Integer> busy = Promise.promise();
    answers.add(busy.future());
    KeyExpiry expiry = start();
    awaitAsked(1);
    Future<?> closed = expiry.close();
    assertThat(closed.isComplete()).isFalse();
    busy.fail("late");
    closed.await(20, TimeUnit.SECONDS);
    assertThat(asked.poll(100, TimeUnit.MILLISECONDS)).isNull();
  }
}
