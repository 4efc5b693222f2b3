package io.annals.store.cassandra;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import io.annals.model.ActivitySubject;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.model.TimeRange;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
import io.annals.store.Store;
import io.annals.tck.ActivitySamples;
import io.annals.tck.ManualClock;
import io.annals.tck.MemoryStore;
import io.annals.tck.Samples;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Two servers that know nothing of each other, on one keyspace. */
final class CassandraServersIT {
  private static final int MINUTE = 60_000;
  private static final int DAY = 24 * 60 * MINUTE;
  private static final long TOTAL_LAG_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final ManualClock CLOCK = new ManualClock(1_767_225_600_000L);
  private static final ActivityPolicy POLICY = new ActivityPolicy(90, 5, CLOCK);
  private static final JsonObject SECTION = TestCassandra.section();
  private static final Store STORE = TestCassandra.open(SECTION);
  private static final Store OTHER_STORE = TestCassandra.open(SECTION);
  private static final List<CassandraActivityStore> SERVERS =
      List.of(activity(STORE), activity(OTHER_STORE));

  private static final CqlSession SESSION = TestCassandra.session(SECTION);

  private final ActivityStore reference = await(new MemoryStore().activity(POLICY));
  private final TenantId tenant = Samples.tenant();

  private static CassandraActivityStore activity(Store store) {
    return (CassandraActivityStore) await(store.activity(POLICY));
  }

  @AfterAll
  static void close() {
    SESSION.close();
    await(STORE.close());
    await(OTHER_STORE.close());
  }

  @Test
  void servers_writingTheSame_listAndCountItOnce() {
    for (int seed = 0; seed < 4; seed++) {
      ActivitySamples samples = new ActivitySamples(seed);
      UUID token = samples.id();
      List<NewActivity> calls = calls(samples, token, 3_000, CLOCK.millis());
      await(Future.join(writes(calls, seed)));
      await(reference.append(tenant, calls));
      check(samples, token);
      CLOCK.advance(3L * MINUTE);
      settleAll();
      check(samples, token);
    }
  }

  @Test
  void summingUp_whileLateCallsArrive_missesNone() {
    for (int seed = 10; seed < 13; seed++) {
      ActivitySamples samples = new ActivitySamples(seed);
      UUID token = samples.id();
      long atMillis = CLOCK.millis();
      List<NewActivity> all = lay(samples, token, atMillis);
      CLOCK.advance(31L * DAY); // everything is over, months too
      for (int round = 0; round < 4; round++) {
        CLOCK.advance(2L * MINUTE);
        List<NewActivity> late = calls(samples, token, 300, atMillis);
        late.addAll(all.subList(round * 100, round * 100 + 200));
        all.addAll(late);
        List<Future<Void>> racing = new ArrayList<>();
        SERVERS.forEach(server -> racing.add(server.settler().settle()));
        racing.addAll(writes(late, round));
        SERVERS.forEach(server -> racing.add(server.settler().settle()));
        await(Future.join(racing));
        await(reference.append(tenant, all));
        check(samples, token);
        CLOCK.advance(2L * MINUTE);
        settleAll();
        check(samples, token);
      }
      assertThat(top(token)).isNotEmpty().allMatch(entry -> entry.events().isPresent());
    }
  }

  /** Buckets of every width, as they are left by a key that was busy at times. */
  private List<NewActivity> lay(ActivitySamples samples, UUID token, long atMillis) {
    TestLayout layout = new TestLayout(SESSION, SERVERS.get(0).tables().index());
    List<NewActivity> all = new ArrayList<>();
    for (CassandraLevel level : CassandraLevel.values()) {
      int span = (int) Math.min(9L * DAY, 5 * level.widthMillis());
      List<NewActivity> calls = samples.calls(token, 300, atMillis - span, span);
      layout.put(
          new CassandraToken(tenant, token),
          level,
          calls.stream().map(NewActivity::event).toList());
      all.addAll(calls);
    }
    return all;
  }

  private List<CassandraEntry> top(UUID token) {
    CassandraToken ofTenant = new CassandraToken(tenant, token);
    return await(SERVERS.get(0).tables().index().floor(ofTenant, CassandraFloor.TOP));
  }

  /** Dense now, sparse before, some at the same moment. */
  private static List<NewActivity> calls(
      ActivitySamples samples, UUID token, int count, long atMillis) {
    List<NewActivity> calls =
        new ArrayList<>(samples.calls(token, count / 2, atMillis - MINUTE, MINUTE));
    calls.addAll(samples.calls(token, count / 4, atMillis - 60L * MINUTE, 50 * MINUTE));
    calls.addAll(samples.calls(token, count / 4, atMillis - 9L * DAY, 9 * DAY));
    return calls;
  }

  /** Each server writes two thirds of them, in an order of its own, in several lists at once. */
  private List<Future<Void>> writes(List<NewActivity> calls, int seed) {
    List<Future<Void>> writes = new ArrayList<>();
    for (int server = 0; server < SERVERS.size(); server++) {
      int third = calls.size() / 3;
      List<NewActivity> own =
          new ArrayList<>(calls.subList(server * third, calls.size() - (1 - server) * third));
      Collections.shuffle(own, new Random(seed * 31L + server));
      for (int from = 0; from < own.size(); from += 100) {
        List<NewActivity> part = own.subList(from, Math.min(from + 100, own.size()));
        writes.add(SERVERS.get(server).append(tenant, part));
      }
    }
    return writes;
  }

  private static void settleAll() {
    for (int round = 0; round < 2; round++) {
      SERVERS.forEach(server -> await(server.settler().settle()));
    }
  }

  private void check(ActivitySamples samples, UUID token) {
    ActivityQuery all = ActivityQuery.newest(ActivitySubject.token(token), 700);
    List<ActivityQuery> queries =
        List.of(
            all,
            all.within(new TimeRange(CLOCK.millis() - 32L * DAY, CLOCK.millis() - 31L * DAY - 999)),
            all.containing(samples.term()),
            all.containing(samples.term()));
    for (ActivityQuery query : queries) {
      List<Event> expected = TestWalk.walk(reference, tenant, query);
      for (CassandraActivityStore server : SERVERS) {
        assertThat(TestWalk.walk(server, tenant, query)).as("%s", query).isEqualTo(expected);
        if (query.search() == null) {
          assertTotal(server, query, expected.size());
        }
      }
    }
  }

  private OptionalLong total(ActivityStore server, ActivityQuery query) {
    return await(server.page(tenant, query)).map(ActivityPage::total).orElseThrow();
  }

  private void assertTotal(ActivityStore server, ActivityQuery query, int expected) {
    ActivityQuery first =
        new ActivityQuery(query.subject(), null, query.range(), query.below(), 0, 1);
    long end = System.nanoTime() + TOTAL_LAG_NANOS;
    OptionalLong total = OptionalLong.empty();
    while (!total.equals(OptionalLong.of(expected)) && System.nanoTime() < end) {
      total = total(server, first);
    }
    // What the loop ended with may be as old as a total may be, after a pause of the machine.
    total = total.equals(OptionalLong.of(expected)) ? total : total(server, first);
    assertThat(total).as("%s", query).hasValue(expected);
  }
}
