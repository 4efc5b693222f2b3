package io.annals.store.cassandra;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import io.annals.embedded.EmbeddedCassandra;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityStore;
import io.annals.store.Store;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.annals.tck.ActivitySamples;
import io.annals.tck.Samples;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Appends while the server is suspended, and after it was killed. Durable on one node: batch. */
final class CassandraFailureIT {
  private static final int TIMEOUT_MILLIS = 3_000;

  /** Each with rows in a partition of its own: deeper than a stack, if one led to the next. */
  private static final int TOKENS = 10_000;

  private static final ActivityPolicy POLICY = new ActivityPolicy(90, 250, InstantSource.system());
  private static final Path HOME = newDirectory();
  private static EmbeddedCassandra cassandra = start();

  private final JsonObject section =
      TestCassandra.section()
          .put("contactPoints", cassandra.contactPoint())
          .put("timeoutMillis", TIMEOUT_MILLIS);
  private final TenantId tenant = Samples.tenant();
  private final ActivitySamples samples = new ActivitySamples(5);

  private static Path newDirectory() {
    try {
      Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
      return Files.createTempDirectory(target, "cassandra-failures");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static EmbeddedCassandra start() {
    try {
      return EmbeddedCassandra.start(
          HOME,
          EmbeddedCassandra.Options.defaults()
              .withCommitlogSync(EmbeddedCassandra.CommitlogSync.BATCH));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterAll
  static void stop() throws IOException {
    cassandra.close();
  }

  @Test
  void appends_whileTheServerIsSuspended_areBoundedAnswered_andResumeByThemselves()
      throws Exception {
    Store store = TestCassandra.open(section);
    ActivityStore activity = await(store.activity(POLICY));
    List<UUID> tokens = List.of(UUID.randomUUID(), UUID.randomUUID());
    await(activity.append(tenant, calls(tokens, 500)));
    List<NewActivity> acknowledged = new ArrayList<>();
    List<Future<Void>> appends = new ArrayList<>();
    List<List<NewActivity>> lists = new ArrayList<>();
    signal("STOP");
    try {
      for (int i = 0; i < 200; i++) {
        List<NewActivity> list = calls(tokens, 1_000);
        lists.add(list);
        appends.add(activity.append(tenant, list));
      }
      assertThat(appends).filteredOn(CassandraFailureIT::isOverloaded).hasSizeBetween(140, 160);
      for (Future<Void> append : appends) {
        assertThatThrownBy(() -> await(append)).isInstanceOf(StoreException.class);
      }
    } finally {
      signal("CONT");
    }
    awaitSuccess(activity, calls(tokens, 2));
    for (List<NewActivity> list : lists) {
      awaitSuccess(activity, list);
      acknowledged.addAll(list);
    }
    assertThat(countOf(tokens)).isGreaterThanOrEqualTo(acknowledged.size());
    await(store.close());
  }

  @Test
  void rowsOfManyPartitions_thatNobodyTakes_areAllAnswered_andGivenUpWhenTheStoreCloses()
      throws Exception {
    Store store = TestCassandra.open(section);
    ActivityStore activity = await(store.activity(POLICY));
    List<UUID> tokens = Stream.generate(UUID::randomUUID).limit(TOKENS).toList();
    for (int i = 0; i < TOKENS; i += 200) {
      awaitSuccess(activity, calls(tokens.subList(i, i + 200), 200));
    }
    List<Future<Void>> appends = new ArrayList<>();
    signal("STOP");
    try {
      for (int i = 0; i < TOKENS; i += 1_000) {
        appends.add(activity.append(tenant, calls(tokens.subList(i, i + 1_000), 1_000)));
      }
      for (Future<Void> append : appends) {
        assertThatThrownBy(() -> await(append)).isInstanceOf(StoreException.class);
      }
      activity.append(tenant, calls(tokens, tokens.size()));
      long startNanos = System.nanoTime();
      await(store.close());
      assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
          .isLessThan(Duration.ofMillis(3 * TIMEOUT_MILLIS));
    } finally {
      signal("CONT");
    }
  }

  @Test
  void rowsThatWereAcknowledged_areThereAfterTheServerWasKilled() throws Exception {
    Store store = TestCassandra.open(section);
    ActivityStore activity = await(store.activity(POLICY));
    UUID token = UUID.randomUUID();
    int acknowledged = 0;
    List<Future<Void>> appends = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      appends.add(activity.append(tenant, calls(List.of(token), 200)));
      if (i == 20) {
        await(appends.get(0));
        assertThat(cassandra.process().destroyForcibly()).isTrue();
      }
    }
    for (Future<Void> append : appends) {
      try {
        await(append);
        acknowledged += 200;
      } catch (StoreException failed) {
        assertThat(failed.kind()).as("%s", failed).isIn(Kind.UNAVAILABLE, Kind.TIMEOUT);
      }
    }
    assertThat(acknowledged).isGreaterThanOrEqualTo(200);
    cassandra.close();
    cassandra = start();
    section.put("contactPoints", cassandra.contactPoint());
    assertThat(countOf(List.of(token))).isGreaterThanOrEqualTo(acknowledged);
    await(store.close());
  }

  @Test
  void answers_arriveOnTheCallersContext() {
    Store store = TestCassandra.open(section);
    ActivityStore activity = await(store.activity(POLICY));
    Context context = TestCassandra.VERTX.getOrCreateContext();
    Promise<Context> answeredOn = Promise.promise();
    context.runOnContext(
        v ->
            activity
                .append(tenant, calls(List.of(UUID.randomUUID()), 10))
                .onComplete(done -> answeredOn.complete(Vertx.currentContext())));
    assertThat(await(answeredOn.future())).isSameAs(context);
    await(store.close());
  }

  private List<NewActivity> calls(List<UUID> tokens, int count) {
    List<NewActivity> calls = new ArrayList<>();
    for (UUID token : tokens) {
      calls.addAll(samples.calls(token, count / tokens.size(), System.currentTimeMillis(), 50));
    }
    return calls;
  }

  private static boolean isOverloaded(Future<Void> append) {
    return append.failed()
        && append.cause() instanceof StoreException failure
        && failure.kind() == Kind.OVERLOADED;
  }

  /** Within a minute of trying, an append succeeds: the driver found the server again. */
  private void awaitSuccess(ActivityStore activity, List<NewActivity> calls) {
    long end = System.nanoTime() + 60_000_000_000L;
    while (true) {
      try {
        await(activity.append(tenant, calls));
        return;
      } catch (StoreException notYet) {
        if (System.nanoTime() > end) {
          throw notYet;
        }
      }
    }
  }

  private long countOf(List<UUID> tokens) {
    try (CqlSession session = TestCassandra.session(section)) {
      CassandraIndex index = new CassandraIndex(TestCassandra.queries(session), POLICY);
      long count = 0;
      for (UUID token : tokens) {
        count += count(session, index, new CassandraToken(tenant, token), CassandraFloor.TOP);
      }
      return count;
    }
  }

  private static long count(
      CqlSession session, CassandraIndex index, CassandraToken token, CassandraFloor floor) {
    long count = 0;
    for (CassandraEntry entry : await(index.floor(token, floor))) {
      CassandraBucket bucket = entry.bucket();
      count +=
          entry.isSpan()
              ? count(session, index, token, new CassandraFloor(bucket))
              : TestCassandra.rows(session, token, bucket).size();
    }
    return count;
  }

  private static void signal(String name) throws Exception {
    String pid = Long.toString(cassandra.process().pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }
}
