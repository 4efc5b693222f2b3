package io.annals.store.postgres;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.ActivitySubject;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityQuery;
import io.annals.store.Store;
import io.annals.tck.ActivitySamples;
import io.annals.tck.Futures;
import io.annals.tck.ManualClock;
import io.annals.tck.Samples;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Partitions come and go by the clock; no event ever lacks one, whatever the clock does. */
final class PostgresActivityPartitionsIT {
  private static final long DAY = 86_400_000L;
  private static final long NOW = 1_767_225_600_000L + DAY / 3;

  private final ManualClock clock = new ManualClock(NOW);
  private final JsonObject section = TestDatabase.emptyDatabase();
  private final PostgresSettings settings = PostgresSettings.of(section);
  private final TenantId tenant = Samples.tenant();
  private final UUID token = UUID.randomUUID();
  private final ActivitySamples samples = new ActivitySamples(8);
  private final List<Store> stores = new ArrayList<>();

  @AfterEach
  void close() {
    stores.forEach(store -> await(store.close()));
  }

  private PostgresActivityStore open(int retentionDays) {
    Store store = TestDatabase.open(section);
    stores.add(store);
    return (PostgresActivityStore)
        await(store.activity(new ActivityPolicy(retentionDays, 250, clock)));
  }

  private record Partition(long first, long past) {}

  private List<Partition> partitions() {
    List<Partition> partitions = new ArrayList<>();
    for (Row row :
        TestDatabase.asLogin(settings, "SELECT first, past FROM annals.activity_partitions()")) {
      partitions.add(new Partition(row.getLong(0), row.getLong(1)));
    }
    return partitions;
  }

  private void assertCovered(long first, long past) {
    List<Partition> partitions = partitions();
    assertThat(partitions.get(0).first()).isLessThanOrEqualTo(first);
    assertThat(partitions.get(partitions.size() - 1).past()).isGreaterThanOrEqualTo(past);
    for (int i = 1; i < partitions.size(); i++) {
      assertThat(partitions.get(i).first()).isEqualTo(partitions.get(i - 1).past());
    }
  }

  private void appendAndList(PostgresActivityStore store, List<NewActivity> calls) {
    await(store.append(tenant, calls));
    assertThat(await(store.page(tenant, ofToken())).orElseThrow().items())
        .containsAll(calls.stream().map(NewActivity::event).toList());
  }

  private ActivityQuery ofToken() {
    return ActivityQuery.newest(ActivitySubject.token(token), 1000);
  }

  @Test
  void partitions_coverTheRetentionAndAWeekAhead_andAreFew() {
    open(90);
    assertCovered(NOW - 90 * DAY, NOW + 7 * DAY);
    assertThat(partitions()).hasSizeBetween(14, 16);
  }

  @Test
  void partitions_areMadeAheadAndDropped_asTheClockMoves() {
    PostgresActivityStore store = open(90);
    appendAndList(store, samples.calls(token, 20, NOW - 89 * DAY, 1000));
    for (int week = 0; week < 15; week++) {
      clock.advance(7 * DAY);
      await(store.settle());
      assertCovered(clock.millis() - 90 * DAY, clock.millis() + 7 * DAY);
      assertThat(partitions()).hasSizeBetween(14, 16);
      assertThat(partitions().get(0).past()).isGreaterThan(clock.millis() - 91 * DAY);
    }
    assertThat(await(store.page(tenant, ofToken()))).isEmpty();
    assertThat(TestDatabase.asLogin(settings, "SELECT FROM annals.activity_total")).isEmpty();
  }

  @Test
  void append_afterTheClockJumped_makesThePartitionsItNeeds() {
    PostgresActivityStore store = open(30);
    appendAndList(store, samples.calls(token, 20, NOW, 1000));
    clock.advance(40 * DAY); // nobody had time to make them ahead
    appendAndList(store, samples.calls(token, 20, clock.millis(), 1000));
    clock.advance(-60 * DAY);
    appendAndList(store, samples.calls(token, 20, clock.millis() - 29 * DAY, 1000));
  }

  @Test
  void append_whereAnotherServerDroppedThePartition_makesItAgain() {
    PostgresActivityStore store = open(30);
    for (Row row :
        TestDatabase.asLogin(settings, "SELECT name FROM annals.activity_partitions()")) {
      TestDatabase.asLogin(settings, "DROP TABLE " + row.getString(0));
    }
    assertThat(partitions()).isEmpty();
    List<Future<Void>> appends = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      appends.add(store.append(tenant, samples.calls(token, 20, NOW - 20 * DAY, (int) DAY)));
    }
    appends.forEach(Futures::await);
    assertThat(await(store.page(tenant, ofToken())).orElseThrow().total()).hasValue(160);
  }

  @Test
  void partitions_ofAnotherWidth_areBuiltUpon() {
    open(3);
    assertCovered(NOW - 3 * DAY, NOW + DAY);
    PostgresActivityStore longer = open(90);
    assertCovered(NOW - 90 * DAY, NOW + 7 * DAY);
    appendAndList(longer, samples.calls(token, 100, NOW - 89 * DAY, (int) (20 * DAY)));
  }

  @Test
  void serversAtOnce_makeAndDropPartitions_withoutFailures() {
    List<PostgresActivityStore> servers = List.of(open(20), open(20), open(20));
    for (int round = 0; round < 12; round++) {
      List<Future<Void>> work = new ArrayList<>();
      for (PostgresActivityStore server : servers) {
        work.add(server.settle());
        work.add(server.append(tenant, samples.calls(token, 30, clock.millis() - DAY, 1000)));
      }
      work.forEach(Futures::await);
      clock.advance(3 * DAY + 5);
    }
    assertThat(await(servers.get(0).page(tenant, ofToken())).orElseThrow().total())
        .hasValue(90 * 6); // the rounds of the last 20 days
  }
}
