package io.annals.store.cassandra;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import io.annals.store.ActivityPolicy;
import io.annals.tck.ManualClock;
import io.annals.tck.Samples;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What the index holds after buckets were entered. */
final class CassandraIndexIT {
  private static final long NOW = 1_767_225_600_000L;
  private static final long DAY = TimeUnit.DAYS.toMillis(1);
  private static final ManualClock CLOCK = new ManualClock(NOW);
  private static final CqlSession SESSION = open();
  private static final CassandraIndex INDEX =
      new CassandraIndex(TestCassandra.queries(SESSION), new ActivityPolicy(90, 250, CLOCK));

  private final CassandraToken token = new CassandraToken(Samples.tenant(), UUID.randomUUID());

  private static CqlSession open() {
    JsonObject section = TestCassandra.section();
    await(TestCassandra.open(section).close());
    return TestCassandra.session(section);
  }

  @AfterAll
  static void close() {
    SESSION.close();
  }

  @Test
  void bucket_entered_isFoundFromTheTopDown() {
    CassandraBucket second = CassandraBucket.covering(CassandraLevel.SECOND, NOW + 4_711_815);
    CassandraBucket day = CassandraBucket.covering(CassandraLevel.DAY, NOW);
    CassandraBucket hour = CassandraBucket.covering(CassandraLevel.HOUR, NOW + 4_711_815);
    await(INDEX.enter(token, second));
    await(INDEX.enter(token, day));
    assertThat(floor(CassandraFloor.TOP))
        .extracting(CassandraEntry::bucket, CassandraEntry::isSpan)
        .containsExactly(tuple(day, false), tuple(day, true));
    assertThat(floor(new CassandraFloor(day)))
        .extracting(CassandraEntry::bucket, CassandraEntry::isSpan)
        .containsExactly(tuple(hour, true));
    assertThat(floor(new CassandraFloor(hour)))
        .extracting(CassandraEntry::bucket, CassandraEntry::isSpan)
        .containsExactly(tuple(second, false));
  }

  @Test
  void floor_fromATime_givesTheNextEntriesDownwards() {
    for (int i = 0; i < 5; i++) {
      await(INDEX.enter(token, CassandraBucket.covering(CassandraLevel.DAY, NOW - i * DAY)));
    }
    assertThat(await(INDEX.floor(token, CassandraFloor.TOP, NOW - DAY / 2, 2)))
        .extracting(entry -> entry.bucket().startMillis())
        .containsExactly(NOW - DAY, NOW - 2 * DAY);
  }

  @Test
  void change_isNewEveryTime_andTellsItsTime() {
    CassandraBucket month = CassandraBucket.covering(CassandraLevel.MONTH, NOW);
    await(INDEX.enter(token, month));
    CassandraEntry entered = floor(CassandraFloor.TOP).get(0);
    await(INDEX.change(token, month, false));
    CassandraEntry changed = floor(CassandraFloor.TOP).get(0);
    assertThat(changed.changed()).isNotEqualTo(entered.changed());
    assertThat(changed.changedAtMillis()).isEqualTo(NOW).isEqualTo(entered.changedAtMillis());
    assertThat(changed.events()).isEmpty();
  }

  @Test
  void entry_outlivesTheLastEventOfItsBucket() {
    CassandraBucket day = CassandraBucket.covering(CassandraLevel.DAY, NOW - 89 * DAY);
    await(INDEX.enter(token, day));
    int ttlSeconds =
        SESSION
            .execute(
                "SELECT ttl(changed) FROM activity_index WHERE token_id = ? ALLOW FILTERING",
                token.id())
            .one()
            .getInt(0);
    long goneAfterMillis = new ActivityPolicy(90, 1, CLOCK).goneAtMillis(day.endMillis() - 1) - NOW;
    assertThat(ttlSeconds * 1000L).isGreaterThan(goneAfterMillis);
  }

  private static Tuple tuple(Object... values) {
    return Tuple.tuple(values);
  }

  private List<CassandraEntry> floor(CassandraFloor floor) {
    return await(INDEX.floor(token, floor));
  }
}
