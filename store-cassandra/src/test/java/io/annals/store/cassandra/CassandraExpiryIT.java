package io.annals.store.cassandra;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import io.annals.model.ActivitySubject;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
import io.annals.store.Store;
import io.annals.tck.ActivitySamples;
import io.annals.tck.Pauses;
import io.annals.tck.Samples;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A day's buckets expire all at once, whoever reads or writes meanwhile, and nobody waits. */
final class CassandraExpiryIT {
  private static final long DAY = 86_400_000L;
  private static final long MIDNIGHT = 1_767_225_600_000L;
  private static final int BEFORE_MILLIS = 15_000;
  private static final int EXPIRING = 20_000;

  /** A busy machine takes its part; what is looked for would last as long as expiring does. */
  private static final long PAUSE_MILLIS_MAX = 1_500;

  private final JsonObject section = TestCassandra.section();
  private final TenantId tenant = Samples.tenant();
  private final UUID token = UUID.randomUUID();
  private final ActivitySamples samples = new ActivitySamples(12);
  private final ConcurrentLinkedQueue<Event> acknowledged = new ConcurrentLinkedQueue<>();

  @Test
  void expiry_ofADay_makesNobodyWait_andTakesNothingElse() throws InterruptedException {
    Store opened = TestCassandra.open(section);
    InstantSource clock =
        InstantSource.offset(
            InstantSource.system(),
            Duration.between(Instant.now(), Instant.ofEpochMilli(MIDNIGHT - BEFORE_MILLIS)));
    ActivityStore store = await(opened.activity(new ActivityPolicy(1, 250, clock)));
    await(store.append(tenant, samples.calls(token, EXPIRING, MIDNIGHT - 2 * DAY, (int) DAY)));
    assertThat(expiring()).isEqualTo(EXPIRING);
    Pauses pauses = new Pauses();
    try (pauses) {
      pauses.during("append", () -> append(store)).during("page", () -> page(store, 50));
      while (clock.millis() < MIDNIGHT + 5_000) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    System.out.println("While rows expired: " + pauses);
    assertThat(expiring()).isZero();
    assertThat(page(store, acknowledged.size() + 1))
        .containsExactlyInAnyOrderElementsOf(acknowledged);
    assertThat(pauses.secondLongestMillis()).isLessThan(PAUSE_MILLIS_MAX);
    await(opened.close());
  }

  private void append(ActivityStore store) {
    List<NewActivity> calls = samples.calls(token, 20, MIDNIGHT - DAY, (int) DAY / 2);
    await(store.append(tenant, calls));
    calls.forEach(call -> acknowledged.add(call.event()));
  }

  private List<Event> page(ActivityStore store, int limit) {
    ActivityQuery newest = ActivityQuery.newest(ActivitySubject.token(token), limit);
    return await(store.page(tenant, newest)).orElseThrow().items();
  }

  /** Rows of the day that goes. */
  private long expiring() {
    try (CqlSession session = TestCassandra.session(section)) {
      return session
          .execute(
              "SELECT count(*) FROM activity_event WHERE created_at < ? ALLOW FILTERING",
              Instant.ofEpochMilli(MIDNIGHT - DAY))
          .one()
          .getLong(0);
    }
  }
}
