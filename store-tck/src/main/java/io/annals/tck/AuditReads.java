package io.annals.tck;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.NewEvent;
import io.annals.model.Page;
import io.annals.model.Position;
import io.annals.model.TenantId;
import io.annals.store.AuditStore;
import io.annals.store.EventQuery;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** What a tenant reads of its audit streams. */
record AuditReads(AuditStore store, TenantId tenant) {
  static final Comparator<Event> NEWEST_FIRST =
      Comparator.comparing(Event::position, Comparator.<Position>naturalOrder().reversed());

  static List<Event> newestFirst(Collection<NewEvent> events) {
    return events.stream().map(NewEvent::event).sorted(NEWEST_FIRST).toList();
  }

  Page<Event> page(EventStream stream, EventQuery query) {
    return await(store.page(tenant, stream, query));
  }

  /** Follows the cursor to the end; every page but the last is full. */
  List<Event> walk(EventStream stream, EventQuery first) {
    List<Event> all = new ArrayList<>();
    EventQuery query = first;
    while (true) {
      Page<Event> page = page(stream, query);
      all.addAll(page.items());
      if (page.next() == null) {
        return all;
      }
      assertThat(page.items()).hasSize(first.limit());
      query = query.below(page.next());
    }
  }

  void assertTotalIsExact(EventStream stream, int expected) {
    if (stream.isCounted()) {
      assertThat(page(stream, EventQuery.newest(1)).total()).hasValue(expected);
    }
  }
}
