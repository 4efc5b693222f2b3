package io.annals.store.cassandra;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
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
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What is read of layouts that writers may leave: buckets that overlap, replays in several. */
final class CassandraReaderIT {
  private static final int SECOND = 1_000;
  private static final int HOUR = 3_600 * SECOND;
  private static final int DAY = 24 * HOUR;
  private static final ManualClock CLOCK = new ManualClock(1_767_225_600_000L);
  private static final ActivityPolicy POLICY = new ActivityPolicy(90, 1, CLOCK);
  private static final JsonObject SECTION = TestCassandra.section();
  private static final Store STORE = TestCassandra.open(SECTION);
  private static final CassandraActivityStore ACTIVITY =
      (CassandraActivityStore) await(STORE.activity(POLICY));
  private static final CqlSession SESSION = TestCassandra.session(SECTION);
  private static final TestLayout LAYOUT = new TestLayout(SESSION, ACTIVITY.tables().index());

  private final ActivityStore reference = await(new MemoryStore().activity(POLICY));
  private final TenantId tenant = Samples.tenant();

  @AfterAll
  static void close() {
    SESSION.close();
    await(STORE.close());
  }

  @Test
  void walk_ofAnyLayout_matchesTheReference() {
    for (int seed = 0; seed < 3; seed++) {
      ActivitySamples samples = new ActivitySamples(seed);
      UUID account = samples.id();
      List<CassandraToken> tokens = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        tokens.add(lay(samples, account));
      }
      for (int i = 0; i < 25; i++) {
        check(query(samples, tokens, account));
      }
      CLOCK.advance(2 * HOUR);
      await(ACTIVITY.settler().settle());
      for (int i = 0; i < 25; i++) {
        check(query(samples, tokens, account));
      }
      loseDigests(samples);
      for (int i = 0; i < 25; i++) {
        check(query(samples, tokens, account));
      }
    }
  }

  /** Writes events of a new token into buckets of any width, some of them twice. */
  private CassandraToken lay(ActivitySamples samples, UUID account) {
    CassandraToken token = new CassandraToken(tenant, samples.id());
    LAYOUT.own(token, account);
    CassandraLevel[] levels = CassandraLevel.values();
    List<NewActivity> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      CassandraLevel level = levels[samples.below(levels.length)];
      int span = (int) Math.min(20L * DAY, level.widthMillis() * (1 + samples.below(4)));
      long from = CLOCK.millis() - span - samples.below(samples.below(2) == 0 ? HOUR : 20 * DAY);
      List<NewActivity> calls = samples.calls(token.id(), samples.below(500), from, span);
      LAYOUT.put(token, level, events(calls));
      all.addAll(calls);
    }
    for (int i = 0; i < 2; i++) { // replays
      int from = samples.below(all.size());
      int to = from + samples.below(all.size() - from);
      CassandraLevel level = levels[samples.below(levels.length)];
      LAYOUT.put(token, level, events(all.subList(from, Math.min(to, from + 100))));
    }
    NewActivity last = samples.call(token.id(), CLOCK.millis(), samples.id(), account);
    LAYOUT.put(token, CassandraLevel.MONTH, events(List.of(last)));
    all.add(last);
    await(reference.append(tenant, all));
    return token;
  }

  private void loseDigests(ActivitySamples samples) {
    for (Row row :
        SESSION.execute(
            "SELECT DISTINCT tenant_id, token_id, level, start, is_span FROM activity_digest")) {
      if (samples.below(3) == 0) {
        SESSION.execute(
            """
            DELETE FROM activity_digest
            WHERE tenant_id = ? AND token_id = ? AND level = ? AND start = ? AND is_span = ?""",
            row.getUuid(0),
            row.getUuid(1),
            row.getByte(2),
            row.getInstant(3),
            row.getBoolean(4));
      }
    }
  }

  private ActivityQuery query(ActivitySamples samples, List<CassandraToken> tokens, UUID account) {
    ActivitySubject subject =
        samples.below(3) == 0
            ? ActivitySubject.serviceAccount(account)
            : ActivitySubject.token(tokens.get(samples.below(tokens.size())).id());
    ActivityQuery query = ActivityQuery.newest(subject, 1 + samples.below(200));
    if (samples.below(2) == 0) {
      query = query.containing(samples.term());
    }
    if (samples.below(2) == 0) {
      long from = CLOCK.millis() - samples.below(2) * 20L * DAY - samples.below(DAY);
      query = query.within(new TimeRange(from, from + samples.below(10 * DAY)));
    }
    return query.skipping(samples.below(3) * 40);
  }

  private void check(ActivityQuery query) {
    List<Event> expected = TestWalk.walk(reference, tenant, query);
    assertThat(TestWalk.walk(ACTIVITY, tenant, query)).as("%s", query).isEqualTo(expected);
    if (query.search() == null) {
      OptionalLong total =
          await(reference.page(tenant, query)).map(ActivityPage::total).orElseThrow();
      assertThat(await(ACTIVITY.page(tenant, query)).orElseThrow().total())
          .as("%s", query)
          .isEqualTo(total);
    }
  }

  private static List<Event> events(List<NewActivity> calls) {
    return calls.stream().map(NewActivity::event).toList();
  }
}
