package io.annals.store.cassandra;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import io.annals.model.ActivityPosition;
import io.annals.model.ActivityStream;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityPolicy;
import io.annals.store.StoreException;
import io.annals.tck.ActivitySamples;
import io.annals.tck.ManualClock;
import io.annals.tck.Samples;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What stands in the tables when an append was acknowledged. */
final class CassandraWriterIT {
  private static final long NOW = 1_767_225_600_000L;
  private static final int HOUR = 3_600_000;
  private static final long DAY = TimeUnit.DAYS.toMillis(1);
  private static final ManualClock CLOCK = new ManualClock(NOW);
  private static final ActivityPolicy POLICY = new ActivityPolicy(90, 250, CLOCK);
  private static final CqlSession SESSION = open();
  private static final CassandraQueries QUERIES = TestCassandra.queries(SESSION);
  private static final CassandraIndex INDEX = new CassandraIndex(QUERIES, POLICY);

  private final CassandraWriter writer = newWriter();
  private final TenantId tenant = Samples.tenant();
  private final UUID token = UUID.randomUUID();
  private final ActivitySamples samples = new ActivitySamples(3);

  private static CqlSession open() {
    JsonObject section = TestCassandra.section();
    await(TestCassandra.open(section).close());
    return TestCassandra.session(section);
  }

  private static CassandraWriter newWriter() {
    return new CassandraWriter(QUERIES, INDEX, POLICY, 10_000);
  }

  @AfterAll
  static void close() {
    SESSION.close();
  }

  @Test
  void append_storesEveryValue_whereTheIndexSays() {
    List<NewActivity> calls = samples.calls(token, 500, NOW - 80 * DAY, (int) (20 * DAY));
    calls.addAll(samples.calls(token, 500, NOW - HOUR, HOUR));
    append(calls);
    assertThat(stored(token)).containsExactlyInAnyOrderElementsOf(events(calls));
    assertThat(indexed(token)).containsExactlyInAnyOrderElementsOf(events(calls));
  }

  @Test
  void append_ofManyTokens_storesEachUnderItsOwn() {
    List<UUID> tokens = IntStream.range(0, 50).mapToObj(i -> UUID.randomUUID()).toList();
    List<NewActivity> calls = new ArrayList<>();
    tokens.forEach(each -> calls.addAll(samples.calls(each, 20, NOW - 5_000, 5_000)));
    append(calls);
    for (UUID each : tokens) {
      assertThat(indexed(each))
          .containsExactlyInAnyOrderElementsOf(
              events(calls).stream().filter(e -> ActivityStream.tokenOf(e).equals(each)).toList());
    }
  }

  @Test
  void append_ofManyTokensNewToTheServer_doesNotOverloadTheDriver() {
    List<Future<Void>> appends = new ArrayList<>();
    UUID account = UUID.randomUUID();
    for (int i = 0; i < 12; i++) {
      List<NewActivity> calls = new ArrayList<>();
      for (int j = 0; j < 500; j++) {
        NewActivity call = samples.calls(UUID.randomUUID(), 1, NOW - 5_000, 5_000).get(0);
        calls.add(new NewActivity(call.event(), account));
      }
      appends.add(writer.append(tenant, calls));
    }
    await(Future.join(appends));
  }

  @Test
  void append_again_changesNothing() {
    List<NewActivity> calls = samples.calls(token, 300, NOW - 5_000, 5_000);
    append(calls);
    append(calls);
    assertThat(stored(token)).containsExactlyInAnyOrderElementsOf(events(calls));
  }

  @Test
  void append_byAnotherServer_goesIntoTheBucketsThatAreThere() {
    append(samples.calls(token, 20, NOW - 5_000, 5_000));
    List<CassandraBucket> before = buckets(token);
    await(newWriter().append(tenant, samples.calls(token, 20, NOW - DAY, 9_000)));
    assertThat(buckets(token)).isEqualTo(before).hasSize(1);
  }

  @Test
  void append_ofADenseToken_opensFinerBuckets_ofBoundedSize() {
    List<NewActivity> calls = samples.calls(token, 60_000, NOW - HOUR, HOUR);
    calls.sort(Comparator.comparing(call -> ActivityPosition.of(call.event())));
    for (int from = 0; from < calls.size(); from += 2_000) {
      append(calls.subList(from, from + 2_000));
    }
    assertThat(buckets(token).size()).isBetween(6, 40);
    Map<CassandraBucket, Long> sizes =
        buckets(token).stream()
            .collect(Collectors.toMap(bucket -> bucket, bucket -> (long) rows(bucket).size()));
    assertThat(sizes.values()).allMatch(size -> size <= 10_000);
    assertThat(sizes.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(60_000);
  }

  @Test
  void append_ofLateRows_setsChangedAnew_onceTheyAreWritten() {
    append(samples.calls(token, 10, NOW - 40 * DAY, 1000));
    Map<CassandraBucket, UUID> before = changed();
    append(samples.calls(token, 10, NOW - 40 * DAY, 1000));
    assertThat(changed().keySet()).isEqualTo(before.keySet());
    before.forEach((bucket, change) -> assertThat(changed().get(bucket)).isNotEqualTo(change));
  }

  @Test
  void append_ofRowsOnTime_leavesChangedAlone() {
    append(samples.calls(token, 10, NOW - 1000, 1000));
    Map<CassandraBucket, UUID> before = changed();
    append(samples.calls(token, 10, NOW - 1000, 1000));
    assertThat(changed()).isEqualTo(before);
  }

  @Test
  void rows_vanishWhenTheirDayIsOver_andThoseThatAreGoneAreDropped() {
    NewActivity late = samples.call(token, NOW - 89 * DAY);
    append(List.of(late, samples.call(token, NOW - 92 * DAY)));
    assertThat(stored(token)).containsExactly(late.event());
    Row row =
        SESSION
            .execute(
                "SELECT ttl(call), writetime(call) FROM activity_event"
                    + " WHERE token_id = ? ALLOW FILTERING",
                token)
            .one();
    assertThat(row.getInt(0)).isBetween((int) (2 * DAY / 1000) - 60, (int) (2 * DAY / 1000));
    assertThat(row.getLong(1)).isEqualTo((NOW - 89 * DAY) * 1000);
  }

  @Test
  void append_tiesTokensToTheirAccounts() {
    UUID account = UUID.randomUUID();
    append(List.of(samples.call(token, NOW, samples.id(), account)));
    List<Row> ties =
        SESSION
            .execute(
                "SELECT token_id FROM activity_account WHERE tenant_id = ?"
                    + " AND service_account_id = ?",
                tenant.value(),
                account)
            .all();
    assertThat(ties).extracting(row -> row.getUuid(0)).containsExactly(token);
  }

  @Test
  void append_ofNothing_succeeds() {
    append(List.of());
  }

  @Test
  void close_answersWhatIsUnderWay_andRefusesTheRest() {
    Future<Void> underWay = writer.append(tenant, samples.calls(token, 3_000, NOW, 1000));
    Future<Void> closed = writer.close();
    await(closed);
    assertThat(underWay.succeeded()).isTrue();
    assertThatThrownBy(() -> append(samples.calls(token, 1, NOW, 1)))
        .isInstanceOf(StoreException.class);
    assertThat(stored(token)).hasSize(3_000);
  }

  private void append(List<NewActivity> calls) {
    await(writer.append(tenant, calls));
  }

  private static List<Event> events(List<NewActivity> calls) {
    return calls.stream().map(NewActivity::event).toList();
  }

  private List<Event> stored(UUID of) {
    return SESSION
        .execute(
            "SELECT created_at, id, call FROM activity_event WHERE token_id = ?"
                + " ALLOW FILTERING",
            of)
        .all()
        .stream()
        .map(row -> TestCassandra.event(of, row))
        .toList();
  }

  /** What is found by going down the index. */
  private List<Event> indexed(UUID of) {
    return buckets(of).stream().flatMap(bucket -> rows(of, bucket).stream()).toList();
  }

  private List<Event> rows(CassandraBucket bucket) {
    return rows(token, bucket);
  }

  private List<Event> rows(UUID of, CassandraBucket bucket) {
    return TestCassandra.rows(SESSION, new CassandraToken(tenant, of), bucket);
  }

  private List<CassandraBucket> buckets(UUID of) {
    return entries(of, CassandraFloor.TOP).stream()
        .filter(entry -> !entry.isSpan())
        .map(CassandraEntry::bucket)
        .toList();
  }

  private Map<CassandraBucket, UUID> changed() {
    Map<CassandraBucket, UUID> changed = new HashMap<>();
    entries(token, CassandraFloor.TOP).forEach(e -> changed.put(e.bucket(), e.changed()));
    return changed;
  }

  private List<CassandraEntry> entries(UUID of, CassandraFloor floor) {
    List<CassandraEntry> all = new ArrayList<>();
    for (CassandraEntry entry : await(INDEX.floor(new CassandraToken(tenant, of), floor))) {
      all.add(entry);
      if (entry.isSpan()) {
        all.addAll(entries(of, new CassandraFloor(entry.bucket())));
      }
    }
    return all;
  }
}
