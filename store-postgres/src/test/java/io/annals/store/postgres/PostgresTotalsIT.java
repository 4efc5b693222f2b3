package io.annals.store.postgres;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.model.AuditStreams;
import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.Field;
import io.annals.model.NewEvent;
import io.annals.model.Page;
import io.annals.model.TenantId;
import io.annals.model.TimeRange;
import io.annals.store.AuditStore.Appended;
import io.annals.store.ConflictException;
import io.annals.store.EventQuery;
import io.annals.store.Store;
import io.annals.store.StoreException;
import io.annals.tck.Futures;
import io.annals.tck.Samples;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two servers on one database, whose callers repeat themselves, conflict and send bad values. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresTotalsIT {
  private static final EventStream STREAM = AuditStreams.CREDENTIAL_AUDIT;
  private static final int REASON = STREAM.indexOf("failure_reason");
  private static final String POISON = "no database takes this";
  private static final long HOUR = PostgresTotals.HOUR_MILLIS;
  private static final long START = 1_767_225_600_000L;
  private static final int SPAN = (int) (300 * HOUR);

  private final Samples samples = new Samples(11);
  private final TenantId tenant = Samples.tenant();
  private final List<Event> accepted = new ArrayList<>();
  private final List<Store> stores = new ArrayList<>();

  @BeforeAll
  void open() {
    JsonObject section = TestDatabase.emptyDatabase();
    stores.add(TestDatabase.open(section));
    stores.add(TestDatabase.open(section));
    TestDatabase.asLogin(
        PostgresSettings.of(section),
        "ALTER TABLE annals.credential_audit ADD CHECK (failure_reason <> '" + POISON + "')");
  }

  @AfterAll
  void close() {
    stores.forEach(store -> await(store.close()));
  }

  private Future<Appended> append(int store, List<NewEvent> events) {
    return stores.get(store).audit().append(tenant, STREAM, events);
  }

  private Page<Event> page(EventQuery query) {
    return await(stores.get(samples.below(2)).audit().page(tenant, STREAM, query));
  }

  private List<NewEvent> batch() {
    return samples.events(STREAM, 1 + samples.below(20), START, SPAN);
  }

  private static NewEvent poisoned(NewEvent event) {
    @Nullable Object[] values = new Object[STREAM.fields().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == REASON ? POISON : event.event().value(i);
    }
    return new NewEvent(
        new Event(event.event().createdAtMillis(), event.event().id(), values), true, true);
  }

  private static List<Event> eventsOf(List<NewEvent> batch) {
    return batch.stream().map(NewEvent::event).toList();
  }

  @Test
  void total_underAllKindsOfCallers_isTheNumberOfRows() {
    NewEvent stored = samples.eventAt(STREAM, START);
    await(append(0, List.of(stored)));
    accepted.add(stored.event());
    for (int round = 0; round < 12; round++) {
      writeBesideEachOther(stored);
      compareWithRows();
    }
    int rows = walk(EventQuery.newest(1000)).size();
    assertThat(rows).isEqualTo(accepted.size());
  }

  /** One caller's failure is nobody else's: good callers are accepted whole, always. */
  private void writeBesideEachOther(NewEvent stored) {
    Map<Future<Appended>, Integer> good = new HashMap<>();
    Map<Future<Appended>, Future<Appended>> twins = new HashMap<>();
    List<Future<Appended>> conflicting = new ArrayList<>();
    List<Future<Appended>> bad = new ArrayList<>();
    for (int caller = 0; caller < 40; caller++) {
      List<NewEvent> batch = batch();
      int store = samples.below(2);
      switch (samples.below(8)) {
        case 0 -> {
          batch.add(
              new NewEvent(
                  stored.event().movedTo(stored.event().createdAtMillis() + 1), true, true));
          conflicting.add(append(store, batch));
        }
        case 1 -> {
          batch.set(0, poisoned(batch.get(0)));
          bad.add(append(store, batch));
        }
        case 2, 3 -> {
          accepted.addAll(eventsOf(batch));
          twins.put(append(store, batch), append(1 - store, batch));
        }
        default -> {
          accepted.addAll(eventsOf(batch));
          good.put(append(store, batch), batch.size());
        }
      }
    }
    good.forEach((call, size) -> assertThat(await(call)).isEqualTo(new Appended(size, 0)));
    twins.forEach(
        (one, other) -> {
          Appended first = await(one);
          Appended second = await(other);
          assertThat(first.accepted()).isEqualTo(second.duplicates());
          assertThat(first.duplicates()).isEqualTo(second.accepted());
        });
    conflicting.forEach(
        call -> assertThatThrownBy(() -> await(call)).isInstanceOf(ConflictException.class));
    bad.forEach(
        call ->
            assertThatThrownBy(() -> await(call))
                .isInstanceOfSatisfying(
                    StoreException.class,
                    e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.INTERNAL)));
  }

  private void compareWithRows() {
    for (int i = 0; i < 25; i++) {
      Map<Field, Object> filters = new HashMap<>();
      for (Field filter : STREAM.filters()) {
        if (samples.below(3) == 0) {
          filters.put(filter, samples.value(filter));
        }
      }
      long from = START - HOUR + samples.below(SPAN);
      TimeRange range =
          samples.below(4) == 0 ? TimeRange.ALL : new TimeRange(from, from + samples.below(SPAN));
      EventQuery query = EventQuery.newest(3).within(range);
      for (Map.Entry<Field, Object> filter : filters.entrySet()) {
        query = query.where(filter.getKey(), filter.getValue());
      }
      assertThat(page(query).total()).as("%s", query).hasValue(expected(filters, range));
    }
  }

  private long expected(Map<Field, Object> filters, TimeRange range) {
    return accepted.stream()
        .filter(event -> range.contains(event.createdAtMillis()))
        .filter(
            event ->
                filters.entrySet().stream()
                    .allMatch(
                        f -> f.getValue().equals(event.value(STREAM.indexOf(f.getKey().name())))))
        .count();
  }

  private List<Event> walk(EventQuery first) {
    List<Event> all = new ArrayList<>();
    EventQuery query = first;
    Page<Event> page;
    do {
      page = page(query);
      all.addAll(page.items());
      query = page.next() == null ? query : query.below(page.next());
    } while (page.next() != null);
    return all;
  }

  @Test
  void total_whileOthersWrite_isThatOfThePage() {
    TenantId other = Samples.tenant();
    AtomicBoolean done = new AtomicBoolean();
    List<Future<?>> writers = new ArrayList<>();
    for (int writer = 0; writer < 4; writer++) {
      writers.add(keepWriting(writer % 2, other, done));
    }
    try {
      for (int i = 0; i < 60; i++) {
        Page<Event> page =
            await(
                stores
                    .get(i % 2)
                    .audit()
                    .page(other, STREAM, EventQuery.newest(100_000).within(around())));
        assertThat(page.total()).hasValue(page.items().size());
      }
    } finally {
      done.set(true);
    }
    writers.forEach(Futures::await);
  }

  private static TimeRange around() {
    return new TimeRange(START - HOUR / 2, START + SPAN + HOUR / 3);
  }

  private Future<?> keepWriting(int store, TenantId other, AtomicBoolean done) {
    if (done.get()) {
      return Future.succeededFuture();
    }
    UUID id = UUID.randomUUID();
    NewEvent event = new Samples(id.getLeastSignificantBits()).eventAt(STREAM, START + 17);
    return stores
        .get(store)
        .audit()
        .append(other, STREAM, List.of(event))
        .compose(appended -> keepWriting(store, other, done));
  }
}
