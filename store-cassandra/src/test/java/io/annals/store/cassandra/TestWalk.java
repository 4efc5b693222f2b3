package io.annals.store.cassandra;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.Event;
import io.annals.model.TenantId;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
import java.util.ArrayList;
import java.util.List;

/** Follows cursors to the end. */
final class TestWalk {
  private TestWalk() {}

  /** Every event from where the query begins. */
  static List<Event> walk(ActivityStore store, TenantId tenant, ActivityQuery first) {
    List<Event> all = new ArrayList<>();
    ActivityQuery query = first;
    while (true) {
      ActivityPage page = await(store.page(tenant, query)).orElseThrow();
      all.addAll(page.items());
      if (page.next() == null) {
        return all;
      }
      assertThat(page.next().below()).as("gets further down").isLessThan(query.below());
      query = query.from(page.next());
    }
  }
}
