package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.server.AnnalsServer;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** With limits, a tenant that floods the server is turned away, and another one is not. */
class FairnessIT {
  private static final Logger LOG = LoggerFactory.getLogger(FairnessIT.class);

  private static final List<Stream> STREAMS =
      List.of(Stream.CREDENTIALS, Stream.EVENTS, Stream.LOG, Stream.TOKEN, Stream.ACCOUNT);

  private static final int REQUESTS_PER_SECOND = 50;
  private static final int EVENTS_PER_SECOND = 2000;
  private static final int BATCH = 100;
  private static final int FLOODERS = 6;

  /** Some twenty times the rate all together, and still not all of a small machine's time. */
  private static final int FLOOD_PAUSE_MILLIS = 5;

  private static final int CALLS = 100;
  private static final int PAUSE_MILLIS = 40;

  /** How much slower the normal tenant may be, beside pauses of the machine. */
  private static final int FACTOR_MAX = 10;

  private static final long PAUSE_OF_MACHINE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final Vertx vertx = Vertx.vertx();
  private final AtomicLong served = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean ending;

  @Test
  void floodOfOneTenant_isTurnedAway_andLeavesAnotherOneAlone() throws Exception {
    AnnalsServer server =
        ApiFixture.startServer(
            vertx,
            Map.of(
                "ANNALS_LIMITS_TENANT_REQUESTS_PER_SECOND", "" + REQUESTS_PER_SECOND,
                "ANNALS_LIMITS_TENANT_EVENTS_PER_SECOND", "" + EVENTS_PER_SECOND,
                "ANNALS_LIMITS_BURST_SECONDS", "1"));
    UUID normal = UUID.randomUUID();
    try (Client client = new Client(server, normal, ApiFixture.token(normal))) {
      p95Nanos(client); // warms up
      long aloneNanos = p95Nanos(client);
      ExecutorService threads = Executors.newCachedThreadPool();
      long startNanos = System.nanoTime();
      List<Future<?>> flooders = flood(server, threads);
      long besideNanos = p95Nanos(client);
      ending = true;
      for (Future<?> flooder : flooders) {
        flooder.get(1, TimeUnit.MINUTES);
      }
      threads.shutdown();
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos) + 1;
      LOG.info(
          "p95 alone {} µs, beside a flood {} µs; of the flood {} served, {} refused in {} s",
          aloneNanos / 1000,
          besideNanos / 1000,
          served,
          refused,
          seconds);
      assertThat(refused.get()).isPositive();
      assertThat(served.get()).isBetween(1L, REQUESTS_PER_SECOND * (seconds + 1));
      assertThat(besideNanos).isLessThan(FACTOR_MAX * aloneNanos + PAUSE_OF_MACHINE_NANOS);
    } finally {
      ending = true;
      ApiFixture.await(server.stop());
      ApiFixture.await(vertx.close());
    }
  }

  /** Each call must be served, as {@link Client#ok} sees to. */
  private static long p95Nanos(Client client) throws InterruptedException {
    long[] nanos = new long[CALLS];
    for (int i = 0; i < CALLS; i++) {
      Stream stream = STREAMS.get(i % STREAMS.size());
      Call call = client.append(stream, stream.item());
      long startNanos = System.nanoTime();
      client.ok(call);
      nanos[i] = System.nanoTime() - startNanos;
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS); // half of the rate
    }
    Arrays.sort(nanos);
    return nanos[CALLS * 95 / 100];
  }

  private List<Future<?>> flood(AnnalsServer server, ExecutorService threads) {
    UUID tenant = UUID.randomUUID();
    List<Future<?>> flooders = new ArrayList<>();
    try (Client client = new Client(server, tenant, ApiFixture.token(tenant))) {
      for (int i = 0; i < FLOODERS; i++) {
        Stream stream = STREAMS.get(i % STREAMS.size());
        Call call =
            i % 2 == 0
                ? client.append(stream, Collections.nCopies(BATCH, stream.item()))
                : client.list(stream);
        flooders.add(threads.submit(() -> flood(server, call)));
      }
    }
    return flooders;
  }

  private @Nullable Void flood(AnnalsServer server, Call call) throws InterruptedException {
    byte[] bytes = call.bytes();
    try (Wire wire = new Wire(server.url())) {
      while (!ending) {
        Answer answer = wire.send(bytes).read(call.method());
        assertThat(answer).isNotNull();
        assertThat(answer.status()).as("%s", answer).isIn(200, 201, 404, 429);
        (answer.status() == 429 ? refused : served).incrementAndGet();
        TimeUnit.MILLISECONDS.sleep(FLOOD_PAUSE_MILLIS);
      }
    }
    return null;
  }
}
