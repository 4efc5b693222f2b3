package io.annals.store.cassandra;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.ActivitySubject;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityQuery;
import io.annals.store.Store;
import io.annals.tck.ActivitySamples;
import io.annals.tck.ManualClock;
import io.annals.tck.Samples;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** How many partitions a page opens, for keys of any rate. */
final class CassandraPartitionsIT {
  private static final int PARTITIONS_MAX = 8;
  private static final int SECOND = 1_000;
  private static final int MINUTE = 60 * SECOND;
  private static final int HOUR = 60 * MINUTE;
  private static final int DAY = 24 * HOUR;
  private static final ManualClock CLOCK = new ManualClock(1_767_225_600_000L);
  private static final Store STORE = TestCassandra.open(TestCassandra.section());
  private static final CassandraActivityStore ACTIVITY =
      (CassandraActivityStore) await(STORE.activity(new ActivityPolicy(90, 250, CLOCK)));

  private final TenantId tenant = Samples.tenant();
  private final ActivitySamples samples = new ActivitySamples(1);
  private final UUID token = UUID.randomUUID();

  @AfterAll
  static void close() {
    await(STORE.close());
  }

  @Test
  void pages_ofAHotKey_openFewPartitions() {
    append(samples.calls(token, 60_000, CLOCK.millis() - MINUTE, MINUTE));
    assertPagesOpenFew();
  }

  @Test
  void pages_ofAKeyWithACallADay_openFewPartitions() {
    for (int day = 88; day >= 0; day--) {
      append(List.of(samples.call(token, CLOCK.millis() - (long) day * DAY)));
    }
    assertPagesOpenFew();
  }

  @Test
  void pages_ofAKeyWithACallAMinute_openFewPartitions() {
    append(samples.calls(token, 15_000, CLOCK.millis() - 10L * DAY, 10 * DAY));
    assertPagesOpenFew();
  }

  @Test
  void pages_ofAKeyThatGrowsBusy_openFewPartitions() {
    append(samples.calls(token, 200, CLOCK.millis() - 20L * DAY, 15 * DAY));
    append(samples.calls(token, 2_000, CLOCK.millis() - 2L * DAY, 2 * DAY - 2 * HOUR));
    append(samples.calls(token, 20_000, CLOCK.millis() - 2L * HOUR, 2 * HOUR - MINUTE));
    append(samples.calls(token, 20_000, CLOCK.millis() - MINUTE, MINUTE));
    assertPagesOpenFew();
  }

  private void append(List<NewActivity> calls) {
    List<NewActivity> inOrder = new ArrayList<>(calls);
    inOrder.sort(Comparator.comparingLong(call -> call.event().createdAtMillis()));
    for (int from = 0; from < inOrder.size(); from += 500) {
      List<NewActivity> part = inOrder.subList(from, Math.min(from + 500, inOrder.size()));
      await(ACTIVITY.append(tenant, part));
    }
  }

  private void assertPagesOpenFew() {
    CassandraEvents events = ACTIVITY.tables().events();
    ActivityQuery query = ActivityQuery.newest(ActivitySubject.token(token), 50);
    int pages = 0;
    int expensive = 0;
    long startNanos = System.nanoTime();
    while (true) {
      long before = events.opened();
      ActivityPage page = await(ACTIVITY.page(tenant, query)).orElseThrow();
      pages++;
      expensive += events.opened() - before > PARTITIONS_MAX ? 1 : 0;
      if (page.next() == null) {
        break;
      }
      query = query.from(page.next());
    }
    // Once a second a page counts the total anew, which opens more than the page itself does.
    int counting = 1 + (int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
    assertThat(expensive).as("of %d pages", pages).isLessThanOrEqualTo(pages / 100 + counting);
  }
}
