package io.annals.store.cassandra;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import io.annals.embedded.EmbeddedCassandra.CommitlogSync;
import io.annals.embedded.EmbeddedCassandra.Options;
import io.annals.embedded.EmbeddedCassandraCluster;
import io.annals.model.ActivitySubject;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.model.TimeRange;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
import io.annals.store.Store;
import io.annals.tck.ActivitySamples;
import io.annals.tck.ManualClock;
import io.annals.tck.Samples;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Three replicas, of which one does not answer. */
final class CassandraNodesIT {
  private static final int NODES = 3;
  private static final int MINUTE = 60_000;
  private static final int DAY = 24 * 60 * MINUTE;
  private static final int TIMEOUT_MILLIS = 6_000;

  /** Longer than a statement may take: one that waits for the node until then fails. */
  private static final int SUSPENDED_MILLIS = 8_000;

  private static final ActivityPolicy POLICY = new ActivityPolicy(90, 250, InstantSource.system());
  private static final EmbeddedCassandraCluster CLUSTER = start();

  private final JsonObject section =
      TestCassandra.section()
          .put("contactPoints", CLUSTER.contactPoints())
          .put("datacenter", CLUSTER.datacenter())
          .put("replicationFactor", NODES);
  private final TenantId tenant = Samples.tenant();

  private static EmbeddedCassandraCluster start() {
    Options options =
        Options.defaults().withHeapMib(192).withCommitlogSync(CommitlogSync.BATCH).asEphemeral();
    try {
      return EmbeddedCassandraCluster.start(
          Path.of("target", "nodes").toAbsolutePath(), NODES, options);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterAll
  static void stop() throws IOException {
    CLUSTER.close();
  }

  /** Whichever node made it: who asks one of the others finds what the next statement needs. */
  @Test
  void changeOfTheSchema_isKnownToEveryNodeWhenItReturns() {
    await(TestCassandra.open(section).close());
    CassandraSettings settings = CassandraSettings.of(section);
    try (CqlSession session = CassandraSchema.open(settings, settings.keyspace())) {
      CassandraSchema schema =
          new CassandraSchema(settings, session, CassandraSchema.current(), UUID.randomUUID());
      for (int i = 0; i < 4 * NODES; i++) {
        // Those known before: the driver may hear of the last node of a new cluster meanwhile.
        List<Node> nodes = List.copyOf(session.getMetadata().getNodes().values());
        schema.change("CREATE TABLE t" + i + " (n int PRIMARY KEY)");
        SimpleStatement select = SimpleStatement.newInstance("SELECT n FROM t" + i);
        for (Node node : nodes) {
          assertThat(session.execute(select.setNode(node)).all()).isEmpty();
        }
      }
    }
  }

  @Test
  void suspendedNode_failsNobody() throws Exception {
    Store store = TestCassandra.open(section.put("timeoutMillis", TIMEOUT_MILLIS));
    ActivityStore activity = await(store.activity(POLICY));
    List<Callable<Void>> clients =
        IntStream.range(0, 6).mapToObj(seed -> client(activity, seed)).toList();
    ExecutorService threads = Executors.newCachedThreadPool();
    signal("STOP");
    try {
      for (Future<Void> client : threads.invokeAll(clients)) {
        client.get();
      }
    } finally {
      signal("CONT");
      threads.shutdown();
    }
    await(store.close());
  }

  /** Writes and reads; waits for each answer; fails if one is a refusal. */
  private Callable<Void> client(ActivityStore activity, int seed) {
    ActivitySamples samples = new ActivitySamples(seed);
    UUID token = samples.id();
    await(activity.append(tenant, samples.calls(token, 10, System.currentTimeMillis(), 50)));
    ActivityQuery newest = ActivityQuery.newest(ActivitySubject.token(token), 10);
    return () -> {
      long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SUSPENDED_MILLIS);
      while (System.nanoTime() < endNanos) {
        await(activity.append(tenant, samples.calls(token, 10, System.currentTimeMillis(), 50)));
        assertThat(await(activity.page(tenant, newest))).isPresent();
      }
      return null;
    };
  }

  /** Late calls, each time with another node down, into what was summed up without that. */
  @Test
  void totals_areExact_whicheverNodeMissedWhatWasWritten() throws Exception {
    ManualClock clock = new ManualClock(1_767_225_600_000L);
    Store store = TestCassandra.open(section);
    CassandraActivityStore activity =
        (CassandraActivityStore) await(store.activity(new ActivityPolicy(90, 250, clock)));
    ActivitySamples samples = new ActivitySamples(7);
    UUID token = samples.id();
    long fromMillis = clock.millis() - DAY;
    clock.advance(31L * DAY); // everything is over, months too
    List<NewActivity> all = new ArrayList<>();
    for (int down = 1; down <= NODES; down++) {
      CLUSTER.node(down).close();
      List<NewActivity> late = samples.calls(token, 300, fromMillis, DAY);
      all.addAll(late);
      await(activity.append(tenant, late));
      await(activity.append(tenant, all.subList(all.size() / 3, all.size() / 2)));
      clock.advance(2L * MINUTE);
      await(activity.settler().settle());
      await(activity.settler().settle());
      assertThat(await(activity.tables().index().floor(of(token), CassandraFloor.TOP)))
          .allMatch(entry -> entry.events().isPresent());
      assertThat(total(activity, token, clock)).isEqualTo(all.size());
      CLUSTER.restart(down);
    }
    await(store.close());
  }

  private CassandraToken of(UUID token) {
    return new CassandraToken(tenant, token);
  }

  /** Of everything; each time asked for otherwise, as totals are remembered for a second. */
  private long total(ActivityStore activity, UUID token, ManualClock clock) {
    ActivityQuery query =
        ActivityQuery.newest(ActivitySubject.token(token), 1)
            .within(new TimeRange(0, clock.millis()));
    return await(activity.page(tenant, query)).orElseThrow().total().orElseThrow();
  }

  private static void signal(String name) throws Exception {
    String pid = Long.toString(CLUSTER.node(2).process().pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }
}
