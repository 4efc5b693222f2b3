package io.annals.tck;

import static io.annals.tck.AuditReads.NEWEST_FIRST;
import static io.annals.tck.AuditReads.newestFirst;
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
import io.annals.store.AuditStore;
import io.annals.store.AuditStore.Appended;
import io.annals.store.ConflictException;
import io.annals.store.EventQuery;
import io.annals.store.Store;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every {@link AuditStore} does. A store runs it by a subclass that hands in the store. */
public abstract class AuditStoreTck {
  /** 2026-01-01T00:00:00Z, the start of an hour. */
  protected static final long NOW = 1_767_225_600_000L;

  private static final long HOUR = 3_600_000;
  private static final EventStream COUNTED = AuditStreams.CREDENTIAL_AUDIT;

  /** The store under test; the same for every test of a class. */
  protected abstract Store store();

  private final TenantId tenant = Samples.tenant();
  private final Samples samples = new Samples(42);
  private AuditStore audit;
  private AuditReads reads;

  @BeforeEach
  void openAudit() {
    audit = store().audit();
    reads = new AuditReads(audit, tenant);
  }

  static Stream<EventStream> streams() {
    return AuditStreams.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("streams")
  void page_ofTenantWithoutEvents_isEmpty(EventStream stream) {
    Page<Event> page = reads.page(stream, EventQuery.newest(50));
    assertThat(page.items()).isEmpty();
    assertThat(page.next()).isNull();
    assertThat(page.total())
        .isEqualTo(stream.isCounted() ? OptionalLong.of(0) : OptionalLong.empty());
  }

  @ParameterizedTest
  @MethodSource("streams")
  void page_givesBackEveryValue_asItWasAppended(EventStream stream) {
    List<NewEvent> events = samples.events(stream, 200, NOW, 50);
    append(stream, events);
    assertThat(reads.walk(stream, EventQuery.newest(1000))).isEqualTo(newestFirst(events));
  }

  @ParameterizedTest
  @MethodSource("streams")
  void walk_withAnyPageSize_returnsEveryEventOnceInOrder(EventStream stream) {
    List<NewEvent> events = samples.events(stream, 60, NOW, 7);
    append(stream, events);
    for (int limit : new int[] {1, 7, 20, 59, 60, 61}) {
      assertThat(reads.walk(stream, EventQuery.newest(limit))).isEqualTo(newestFirst(events));
    }
  }

  @ParameterizedTest
  @MethodSource("streams")
  void page_matchesTheReference_forRandomQueries(EventStream stream) {
    AuditStore reference = new MemoryStore().audit();
    List<NewEvent> events = samples.events(stream, 400, NOW - 5 * HOUR, (int) (10 * HOUR));
    append(stream, events);
    await(reference.append(tenant, stream, events));
    for (int i = 0; i < 150; i++) {
      EventQuery query = randomQuery(stream, events);
      assertThat(reads.page(stream, query))
          .as("%s", query)
          .isEqualTo(await(reference.page(tenant, stream, query)));
    }
  }

  private EventQuery randomQuery(EventStream stream, List<NewEvent> events) {
    EventQuery query = EventQuery.newest(1 + samples.below(30)).skipping(samples.below(3) * 5);
    for (Field filter : stream.filters()) {
      if (samples.below(4) == 0) {
        query = query.where(filter, samples.value(filter));
      }
    }
    if (samples.below(2) == 0) {
      long from = NOW - 6 * HOUR + samples.below((int) (12 * HOUR));
      query = query.within(new TimeRange(from, from + samples.below((int) (8 * HOUR))));
    }
    if (samples.below(2) == 0) {
      query = query.below(events.get(samples.below(events.size())).event().position());
    }
    return query;
  }

  @ParameterizedTest
  @MethodSource("streams")
  void page_acceptsTheEndsOfTime(EventStream stream) {
    List<NewEvent> events =
        Stream.of(-62_135_596_800_000L, -1L, 0L, 253_402_300_799_999L)
            .map(time -> samples.eventAt(stream, time))
            .toList();
    append(stream, events);
    assertThat(reads.walk(stream, EventQuery.newest(3))).isEqualTo(newestFirst(events));
    TimeRange untilEpoch = new TimeRange(Long.MIN_VALUE, 0);
    Page<Event> page = reads.page(stream, EventQuery.newest(9).within(untilEpoch));
    assertThat(page.items()).hasSize(2);
    assertThat(page.total())
        .isEqualTo(stream.isCounted() ? OptionalLong.of(2) : OptionalLong.empty());
  }

  @ParameterizedTest
  @MethodSource("streams")
  void append_ofStoredEvents_countsDuplicatesAndStoresNothing(EventStream stream) {
    List<NewEvent> events = samples.events(stream, 20, NOW, 50);
    append(stream, events.subList(0, 15));
    assertThat(append(stream, events)).isEqualTo(new Appended(5, 15));
    assertThat(append(stream, events)).isEqualTo(new Appended(0, 20));
    assertThat(reads.walk(stream, EventQuery.newest(7))).isEqualTo(newestFirst(events));
  }

  @ParameterizedTest
  @MethodSource("streams")
  void append_ofTheSameEventTwiceInOneList_storesItOnce(EventStream stream) {
    NewEvent event = samples.eventAt(stream, NOW);
    assertThat(append(stream, List.of(event, event))).isEqualTo(new Appended(1, 1));
    assertThat(reads.page(stream, EventQuery.newest(5)).items()).containsExactly(event.event());
  }

  @ParameterizedTest
  @MethodSource("streams")
  void append_withATakenId_isRefusedWhole(EventStream stream) {
    NewEvent stored = samples.eventAt(stream, NOW);
    append(stream, List.of(stored));
    NewEvent other = otherContent(stored);
    List<NewEvent> batch =
        List.of(samples.eventAt(stream, NOW), other, samples.eventAt(stream, NOW));
    assertThatThrownBy(() -> append(stream, batch))
        .isInstanceOfSatisfying(
            ConflictException.class,
            conflict -> assertThat(conflict.ids()).containsExactly(stored.event().id()));
    assertThat(reads.walk(stream, EventQuery.newest(5))).containsExactly(stored.event());
    reads.assertTotalIsExact(stream, 1);
  }

  @ParameterizedTest
  @MethodSource("streams")
  void append_withOneIdTwiceAndOtherContent_isRefusedWhole(EventStream stream) {
    NewEvent event = samples.eventAt(stream, NOW);
    assertThatThrownBy(() -> append(stream, List.of(event, otherContent(event))))
        .isInstanceOf(ConflictException.class);
    assertThat(reads.walk(stream, EventQuery.newest(5))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("streams")
  void append_withAServerAssignedTime_isADuplicateAtAnyTime(EventStream stream) {
    NewEvent first = samples.eventAt(stream, NOW);
    append(stream, List.of(first));
    Event later = first.event().movedTo(NOW + 5);
    assertThat(append(stream, List.of(new NewEvent(later, true, false))))
        .isEqualTo(new Appended(0, 1));
    assertThatThrownBy(() -> append(stream, List.of(new NewEvent(later, true, true))))
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void append_comparesJsonByValue() {
    EventStream stream = AuditStreams.AUDIT_LOG;
    NewEvent first = withJson(stream, UUID.randomUUID(), "{\"a\":1,\"b\":[2]}");
    append(stream, List.of(first));
    NewEvent reordered = withJson(stream, first.event().id(), "{\"b\":[2],\"a\":1}");
    assertThat(append(stream, List.of(reordered))).isEqualTo(new Appended(0, 1));
    NewEvent changed = withJson(stream, first.event().id(), "{\"b\":[2],\"a\":2}");
    assertThatThrownBy(() -> append(stream, List.of(changed)))
        .isInstanceOf(ConflictException.class);
  }

  private static NewEvent withJson(EventStream stream, UUID id, String metadata) {
    Object[] values = {"actor", "user", "read", "file", "1", metadata, null};
    assertThat(values).hasSize(stream.fields().size());
    return new NewEvent(new Event(NOW, id, values), true, true);
  }

  @ParameterizedTest
  @MethodSource("streams")
  void append_ofTheSameIdByManyCallers_isAcceptedOnce(EventStream stream) {
    List<NewEvent> events = samples.events(stream, 10, NOW, 50);
    List<Future<Appended>> calls = new ArrayList<>();
    for (int caller = 0; caller < 16; caller++) {
      List<NewEvent> own = new ArrayList<>(events.subList(caller % 5, 5 + caller % 6));
      own.add(samples.eventAt(stream, NOW));
      calls.add(audit.append(tenant, stream, own));
    }
    int accepted = calls.stream().mapToInt(call -> await(call).accepted()).sum();
    List<Event> listed = reads.walk(stream, EventQuery.newest(7));
    assertThat(accepted).isEqualTo(10 + 16).isEqualTo(listed.size());
    assertThat(new HashSet<>(listed)).hasSize(accepted);
    reads.assertTotalIsExact(stream, accepted);
  }

  @ParameterizedTest
  @MethodSource("streams")
  void append_besideConflictingCallers_failsThemOnly(EventStream stream) {
    NewEvent stored = samples.eventAt(stream, NOW);
    append(stream, List.of(stored));
    List<Future<Appended>> good = new ArrayList<>();
    List<Future<Appended>> bad = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      good.add(audit.append(tenant, stream, samples.events(stream, 3, NOW, 50)));
      bad.add(
          audit.append(
              tenant, stream, List.of(samples.eventAt(stream, NOW), otherContent(stored))));
    }
    good.forEach(call -> assertThat(await(call)).isEqualTo(new Appended(3, 0)));
    bad.forEach(
        call -> assertThatThrownBy(() -> await(call)).isInstanceOf(ConflictException.class));
    assertThat(reads.walk(stream, EventQuery.newest(9))).hasSize(61);
    reads.assertTotalIsExact(stream, 61);
  }

  @ParameterizedTest
  @MethodSource("streams")
  void tenants_doNotSeeEachOther(EventStream stream) {
    TenantId other = Samples.tenant();
    NewEvent event = samples.eventAt(stream, NOW);
    NewEvent sameId = otherContent(event);
    append(stream, List.of(event));
    assertThat(await(audit.append(other, stream, List.of(sameId)))).isEqualTo(new Appended(1, 0));
    assertThat(reads.page(stream, EventQuery.newest(5)).items()).containsExactly(event.event());
    assertThat(await(audit.page(other, stream, EventQuery.newest(5))).items())
        .containsExactly(sameId.event());
  }

  @ParameterizedTest
  @MethodSource("streams")
  void walk_whileOthersWrite_returnsWhatWasThereOnce(EventStream stream) {
    List<NewEvent> before = samples.events(stream, 100, NOW, 1000);
    append(stream, before);
    List<Event> listed = new ArrayList<>();
    List<Future<Appended>> writes = new ArrayList<>();
    EventQuery query = EventQuery.newest(7);
    Page<Event> page;
    do {
      writes.add(audit.append(tenant, stream, samples.events(stream, 5, NOW, 1000)));
      page = reads.page(stream, query);
      listed.addAll(page.items());
      query = page.next() == null ? query : query.below(page.next());
    } while (page.next() != null);
    writes.forEach(Futures::await);
    Set<Event> distinct = new HashSet<>(listed);
    assertThat(distinct).hasSameSizeAs(listed).containsAll(newestFirst(before));
    assertThat(listed).isSortedAccordingTo(NEWEST_FIRST);
  }

  @Test
  void total_underConcurrentWriters_isExactForEveryFilter() {
    List<NewEvent> all = new ArrayList<>();
    List<Future<Appended>> writes = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      List<NewEvent> batch = samples.events(COUNTED, 1 + samples.below(20), NOW, (int) HOUR * 5);
      all.addAll(batch);
      writes.add(audit.append(tenant, COUNTED, batch));
      writes.add(audit.append(tenant, COUNTED, batch));
    }
    writes.forEach(Futures::await);
    reads.assertTotalIsExact(COUNTED, all.size());
    for (Field filter : COUNTED.filters()) {
      Object value = samples.value(filter);
      int index = COUNTED.indexOf(filter.name());
      long expected = all.stream().filter(e -> value.equals(e.event().value(index))).count();
      assertThat(reads.page(COUNTED, EventQuery.newest(1).where(filter, value)).total())
          .hasValue(expected);
    }
  }

  @Test
  void total_withTooManyEventsAtItsEdges_isLeftOut() {
    List<NewEvent> events = samples.events(COUNTED, AuditStore.EDGE_EVENTS_MAX + 1, NOW, 1000);
    for (int i = 0; i < events.size(); i += 1000) {
      append(COUNTED, events.subList(i, Math.min(i + 1000, events.size())));
    }
    EventQuery query = EventQuery.newest(1);
    TimeRange cut = new TimeRange(NOW, NOW + HOUR - 1);
    assertThat(reads.page(COUNTED, query.within(cut)).total()).isEmpty();
    assertThat(reads.page(COUNTED, query.within(new TimeRange(NOW, NOW + HOUR))).total())
        .hasValue(events.size());
    assertThat(reads.page(COUNTED, query).total()).hasValue(events.size());
    EventQuery failures = query.where(COUNTED.field("success"), false);
    assertThat(reads.page(COUNTED, failures.within(cut)).total()).isPresent();
  }

  /** The same id with the time moved, which is other content. */
  private static NewEvent otherContent(NewEvent event) {
    return new NewEvent(event.event().movedTo(event.event().createdAtMillis() + 1), true, true);
  }

  private Appended append(EventStream stream, List<NewEvent> events) {
    return await(audit.append(tenant, stream, events));
  }
}
