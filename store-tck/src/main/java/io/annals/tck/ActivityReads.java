package io.annals.tck;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.ActivityPosition;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** What a tenant reads of its activity. */
record ActivityReads(ActivityStore store, TenantId tenant) {
  static final Comparator<Event> NEWEST_FIRST =
      Comparator.comparing(
          ActivityPosition::of, Comparator.<ActivityPosition>naturalOrder().reversed());

  /** Totals are exact for what was acknowledged so long ago. */
  private static final int TOTAL_LAG_SECONDS = 2;

  static List<Event> newestFirst(Collection<NewActivity> calls) {
    return calls.stream().map(NewActivity::event).sorted(NEWEST_FIRST).toList();
  }

  ActivityPage page(ActivityQuery query) {
    return await(store.page(tenant, query)).orElseThrow();
  }

  /** Follows the cursor to the end; what is promised of every page is checked on the way. */
  List<Event> walk(ActivityQuery first) {
    List<Event> all = new ArrayList<>();
    ActivityQuery query = first;
    while (true) {
      ActivityPage page = page(query);
      all.addAll(page.items());
      if (page.next() == null) {
        return all;
      }
      if (query.search() == null) {
        assertThat(page.items()).hasSize(query.limit());
      }
      assertThat(page.items()).hasSizeLessThanOrEqualTo(query.limit());
      assertThat(page.next().below()).as("gets further down").isLessThan(query.below());
      query = query.from(page.next());
    }
  }

  /** The total is exact, at the latest when what was acknowledged is two seconds old. */
  void assertTotal(ActivityQuery query, int expected) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TOTAL_LAG_SECONDS);
    OptionalLong total = page(query).total();
    while (!total.equals(OptionalLong.of(expected)) && System.nanoTime() < end) {
      pause();
      total = page(query).total();
    }
    assertThat(page(query).total()).as("%s", query).hasValue(expected);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
