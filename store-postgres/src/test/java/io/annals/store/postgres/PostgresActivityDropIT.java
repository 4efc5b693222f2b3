package io.annals.store.postgres;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.ActivitySubject;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityQuery;
import io.annals.store.Store;
import io.annals.tck.ActivitySamples;
import io.annals.tck.ManualClock;
import io.annals.tck.Pauses;
import io.annals.tck.Samples;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Partitions go, whoever reads or writes meanwhile, and nobody waits for it. */
final class PostgresActivityDropIT {
  private static final long DAY = 86_400_000L;
  private static final long NOW = 1_767_225_600_000L + DAY / 3;

  /** Below what waiting behind somebody who waits for the table costs: the lock timeout, 1 s. */
  private static final long PAUSE_MILLIS_MAX = 700;

  private final ManualClock clock = new ManualClock(NOW);
  private final JsonObject section = TestDatabase.emptyDatabase();
  private final PostgresSettings settings = PostgresSettings.of(section);
  private final TenantId tenant = Samples.tenant();
  private final UUID token = UUID.randomUUID();
  private final ActivitySamples samples = new ActivitySamples(12);
  private final ConcurrentLinkedQueue<Event> acknowledged = new ConcurrentLinkedQueue<>();
  private final Store opened = TestDatabase.open(section);
  private final PostgresActivityStore store =
      (PostgresActivityStore) await(opened.activity(new ActivityPolicy(30, 250, clock)));

  @AfterEach
  void close() {
    await(opened.close());
  }

  @Test
  void drop_besideALongReader_makesNobodyWait_andLosesNothing() {
    await(store.append(tenant, samples.calls(token, 1000, NOW - 29 * DAY, (int) (20 * DAY))));
    PgConnection report = await(PgConnection.connect(TestDatabase.VERTX, settings.loginOptions()));
    await(report.query("BEGIN ISOLATION LEVEL REPEATABLE READ").execute());
    await(report.query("SELECT count(*) FROM annals.activity").execute());
    clock.advance(20 * DAY);
    append(); // makes the partitions that time would have made ahead
    Pauses pauses = new Pauses();
    try (pauses) {
      pauses.during("append", this::append).during("page", () -> page(50));
      for (int attempt = 0; attempt < 3; attempt++) {
        await(store.settle());
      }
      assertThat(expired()).as("what the report may still read").isNotEmpty();
      await(report.close());
      for (int attempt = 0; attempt < 50 && !expired().isEmpty(); attempt++) {
        await(store.settle());
      }
      assertThat(expired()).isEmpty();
    }
    System.out.println("While partitions were dropped: " + pauses);
    assertThat(pauses.secondLongestMillis()).isLessThan(PAUSE_MILLIS_MAX);
    assertThat(page(acknowledged.size() + 1)).containsAll(acknowledged);
  }

  @Test
  void drop_afterOneThatWasInterrupted_finishesIt() {
    List<String> all = names("SELECT name FROM annals.activity_partitions()");
    TestDatabase.asLogin(
        settings,
        "ALTER TABLE annals.activity DETACH PARTITION " + all.get(0),
        "UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid = '%s'::regclass"
            .formatted(all.get(1)));
    clock.advance(20 * DAY);
    await(store.settle());
    assertThat(
            names("SELECT 'annals.' || relname FROM pg_class WHERE relname ~ '^activity_\\d{8}$'"))
        .doesNotContain(all.get(0), all.get(1))
        .containsExactlyInAnyOrderElementsOf(
            names("SELECT name FROM annals.activity_partitions()"));
  }

  private void append() {
    List<NewActivity> calls = samples.calls(token, 20, clock.millis() - 2 * DAY, (int) DAY);
    await(store.append(tenant, calls));
    calls.forEach(call -> acknowledged.add(call.event()));
  }

  private List<Event> page(int limit) {
    ActivityQuery newest = ActivityQuery.newest(ActivitySubject.token(token), limit);
    return await(store.page(tenant, newest)).orElseThrow().items();
  }

  private List<String> expired() {
    return names(
        "SELECT name FROM annals.expired_activity(%d)".formatted(clock.millis() - 31 * DAY));
  }

  private List<String> names(String statement) {
    List<String> names = new ArrayList<>();
    for (Row row : TestDatabase.asLogin(settings, statement)) {
      names.add(row.getString(0));
    }
    return names;
  }
}
