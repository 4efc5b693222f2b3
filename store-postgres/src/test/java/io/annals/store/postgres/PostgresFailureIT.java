package io.annals.store.postgres;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.model.AuditStreams;
import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.NewEvent;
import io.annals.model.Page;
import io.annals.model.TenantId;
import io.annals.store.AuditStore.Appended;
import io.annals.store.EventQuery;
import io.annals.store.Store;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.annals.tck.Futures;
import io.annals.tck.Samples;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What callers see, and what is stored, while connections die, tables are locked, stores close. */
final class PostgresFailureIT {
  private static final long NOW = 1_767_225_600_000L;
  private static final EventStream COUNTED = AuditStreams.CREDENTIAL_AUDIT;
  private static final EventStream LOG = AuditStreams.AUDIT_LOG;

  private final TenantId tenant = Samples.tenant();
  private final Samples samples = new Samples(5);
  private final JsonObject section = TestDatabase.emptyDatabase();
  private final PostgresSettings settings = PostgresSettings.of(section);
  private final List<Store> stores = new ArrayList<>();
  private PgConnection admin;

  @BeforeEach
  void connectAdmin() {
    admin = await(PgConnection.connect(TestDatabase.VERTX, settings.loginOptions()));
  }

  @AfterEach
  void close() {
    await(admin.close());
    stores.forEach(store -> await(store.close()));
  }

  private Store open(JsonObject with) {
    Store store = TestDatabase.open(section.copy().mergeIn(with));
    stores.add(store);
    return store;
  }

  private void admin(String statement) {
    await(admin.query(statement).execute());
  }

  private List<NewEvent> events(EventStream stream) {
    return samples.events(stream, 10, NOW, 1000);
  }

  private Page<Event> page(Store store, EventStream stream, int limit) {
    return await(store.audit().page(tenant, stream, EventQuery.newest(limit)));
  }

  private static void assertFails(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).as("%s", e).isEqualTo(kind));
  }

  private void lock(EventStream stream) {
    admin("BEGIN");
    admin("LOCK TABLE annals." + stream.name() + " IN ACCESS EXCLUSIVE MODE");
  }

  /** Writes list after list until told to stop, and sends each again until it is taken. */
  private final class Sender {
    final List<Event> acknowledged = new ArrayList<>();
    final AtomicBoolean done;
    final Queue<Throwable> failures;
    final Samples own;
    final Store store;

    Sender(int number, Store store, AtomicBoolean done, Queue<Throwable> failures) {
      this.store = store;
      this.done = done;
      this.failures = failures;
      own = new Samples(100 + number);
    }

    Future<?> run() {
      return done.get()
          ? Future.succeededFuture()
          : send(own.events(COUNTED, 3, NOW, 1000)).compose(sent -> run());
    }

    private Future<?> send(List<NewEvent> list) {
      return store
          .audit()
          .append(tenant, COUNTED, list)
          .compose(
              appended -> {
                assertThat(appended.accepted() + appended.duplicates()).isEqualTo(3);
                list.forEach(event -> acknowledged.add(event.event()));
                return Future.succeededFuture();
              },
              failure -> {
                failures.add(failure);
                return send(list);
              });
    }
  }

  @Test
  void append_whileConnectionsDie_storesWhatItAcknowledgedOnce() {
    Store store = open(new JsonObject());
    AtomicBoolean done = new AtomicBoolean();
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Sender> senders =
        Stream.iterate(0, i -> i < 16, i -> i + 1)
            .map(i -> new Sender(i, store, done, failures))
            .toList();
    List<Future<?>> running = new ArrayList<>();
    senders.forEach(sender -> running.add(sender.run()));
    for (int i = 0; i < 25; i++) {
      admin(
          """
          SELECT pg_terminate_backend(pid), pg_sleep(0.02) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'annals'""");
      store.audit().page(tenant, COUNTED, EventQuery.newest(5)).onFailure(failures::add);
    }
    done.set(true);
    running.forEach(Futures::await);
    assertThat(failures).isNotEmpty().allSatisfy(PostgresFailureIT::isUnavailable);
    List<Event> acknowledged = senders.stream().flatMap(s -> s.acknowledged.stream()).toList();
    Page<Event> stored = page(store, COUNTED, 1_000_000);
    assertThat(stored.items()).hasSameSizeAs(acknowledged);
    assertThat(new HashSet<>(stored.items())).isEqualTo(new HashSet<>(acknowledged));
    assertThat(stored.total()).hasValue(acknowledged.size());
  }

  private static void isUnavailable(Throwable failure) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
  }

  @Test
  void append_whoseCommitAnswerIsLost_isUnavailableAndADuplicateWhenSentAgain() {
    URI uri = URI.create(settings.uri());
    LostAnswers between = new LostAnswers(uri);
    Store store = open(new JsonObject().put("uri", between.uri(uri)).put("writers", 1));
    for (EventStream stream : AuditStreams.ALL) {
      List<NewEvent> events = events(stream);
      between.lose(1);
      assertFails(Kind.UNAVAILABLE, () -> await(store.audit().append(tenant, stream, events)));
      assertThat(page(store, stream, 50).items()).hasSize(10);
      assertThat(await(store.audit().append(tenant, stream, events)))
          .isEqualTo(new Appended(0, 10));
      assertThat(page(store, stream, 50).items()).hasSize(10);
    }
    assertThat(page(store, COUNTED, 1).total()).hasValue(10);
    await(store.close());
    between.close();
  }

  @Test
  void connectionsThatTheNetworkForgot_areReplaced() {
    URI uri = URI.create(settings.uri());
    LostAnswers between = new LostAnswers(uri);
    JsonObject reached = new JsonObject().put("uri", between.uri(uri)).put("timeoutMillis", 1_500);
    Store store = open(reached.put("readers", 1).put("writers", 1));
    assertThat(page(store, LOG, 5).items()).isEmpty();
    between.forget();
    List<NewEvent> events = events(LOG);
    Future<Appended> lost = store.audit().append(tenant, LOG, events);
    assertFails(Kind.TIMEOUT, () -> page(store, LOG, 5));
    assertFails(Kind.TIMEOUT, () -> await(lost));
    assertThat(await(store.audit().append(tenant, LOG, events))).isEqualTo(new Appended(10, 0));
    assertThat(pageOfOneOfThese(store, 10).items()).hasSize(10);
    await(store.close());
    between.close();
  }

  @Test
  void readersThatTheNetworkForgot_whetherConnectedOrNot_areReplacedTogether() throws Exception {
    URI uri = URI.create(settings.uri());
    LostAnswers between = new LostAnswers(uri);
    JsonObject reached = new JsonObject().put("uri", between.uri(uri)).put("timeoutMillis", 1_500);
    Store store = open(reached.put("readers", 4));
    for (Future<Page<Event>> page : pages(store, 4)) {
      assertThat(await(page).items()).isEmpty();
    }
    between.forgetFurther();
    for (int i = 0; i < 3; i++) { // connections are found out, others are opened in vain
      pages(store, 4).forEach(page -> assertThatThrownBy(() -> await(page)).isNotNull());
    }
    between.forget();
    TimeUnit.MILLISECONDS.sleep(2_600); // what was opened in vain is given up
    for (Future<Page<Event>> page : pages(store, 4)) {
      assertThat(await(page).items()).isEmpty();
    }
    await(store.close());
    between.close();
  }

  /** Silent for nearly as long as it may be, as nobody asked; that is over before the answer. */
  @Test
  void connectionThatNobodyNeeded_mayTakeAsLongAsAnyOther() throws Exception {
    URI uri = URI.create(settings.uri());
    LostAnswers between = new LostAnswers(uri);
    JsonObject reached = new JsonObject().put("uri", between.uri(uri)).put("timeoutMillis", 6_000);
    Store store = open(reached.put("readers", 1));
    assertThat(page(store, LOG, 5).items()).isEmpty();
    between.delay(2_000);
    TimeUnit.MILLISECONDS.sleep(7_500);
    assertThat(page(store, LOG, 5).items()).isEmpty();
    await(store.close());
    between.close();
  }

  private List<Future<Page<Event>>> pages(Store store, int count) {
    return Stream.generate(() -> store.audit().page(tenant, LOG, EventQuery.newest(5)))
        .limit(count)
        .toList();
  }

  /** Readers that come before the only connection is given up wait for it in vain. */
  private Page<Event> pageOfOneOfThese(Store store, int tries) {
    try {
      return page(store, LOG, 50);
    } catch (StoreException e) {
      assertThat(tries).as("%s", e).isPositive();
      return pageOfOneOfThese(store, tries - 1);
    }
  }

  @Test
  void groupThatOneCallerSpoilt_isNotTriedOneByOneForLong() {
    Store store = open(new JsonObject().put("timeoutMillis", 2_000).put("writers", 1));
    lock(COUNTED);
    List<Future<Appended>> calls = new ArrayList<>();
    calls.add(store.audit().append(tenant, COUNTED, events(COUNTED)));
    TestDatabase.awaitLockWaits(admin, 1);
    calls.add(store.audit().append(tenant, LOG, List.of(unstorable())));
    for (int i = 0; i < 20; i++) {
      calls.add(store.audit().append(tenant, COUNTED, events(COUNTED)));
    }
    long startNanos = System.nanoTime();
    calls.forEach(call -> assertThatThrownBy(() -> await(call)).isInstanceOf(StoreException.class));
    assertThat(System.nanoTime() - startNanos).isLessThan(TimeUnit.SECONDS.toNanos(20));
    admin("COMMIT");
  }

  /** What no validation lets through, and PostgreSQL refuses. */
  private NewEvent unstorable() {
    Event event = samples.eventAt(LOG, NOW).event();
    Object[] values = IntStream.range(0, LOG.fields().size()).mapToObj(event::value).toArray();
    values[0] = "\0";
    return new NewEvent(new Event(NOW, event.id(), values), true, true);
  }

  @Test
  void everyCall_whileTheTableIsLocked_timesOutAndLaterPasses() {
    Store store = open(new JsonObject().put("timeoutMillis", 2_000));
    lock(LOG);
    List<NewEvent> events = events(LOG);
    Future<Appended> append = store.audit().append(tenant, LOG, events);
    Future<Page<Event>> page = store.audit().page(tenant, LOG, EventQuery.newest(5));
    assertFails(Kind.TIMEOUT, () -> await(append));
    assertFails(Kind.TIMEOUT, () -> await(page));
    assertThat(page(store, COUNTED, 5).items()).isEmpty();
    admin("COMMIT");
    assertThat(page(store, LOG, 50).items()).isEmpty();
    assertThat(await(store.audit().append(tenant, LOG, events))).isEqualTo(new Appended(10, 0));
    assertThat(page(store, LOG, 50).items()).hasSize(10);
    assertThat(transactionsLeftOpen()).isZero();
  }

  @Test
  void append_behindAStalledDatabase_isTurnedAwayInTimeAndStoresNothing() {
    Store store = open(new JsonObject().put("writers", 1).put("timeoutMillis", 2_000));
    lock(LOG);
    List<Future<Appended>> appends = new ArrayList<>();
    for (int i = 0; i < 12; i++) { // several groups, each of which would take its time
      appends.add(store.audit().append(tenant, LOG, samples.events(LOG, 1000, NOW, 1000)));
    }
    appends.forEach(append -> assertFails(Kind.TIMEOUT, () -> await(append)));
    assertThat(appends)
        .anySatisfy(a -> assertThat(a.cause()).hasMessageContaining("no PostgreSQL"));
    admin("COMMIT");
    assertThat(await(store.audit().append(tenant, LOG, events(LOG))))
        .isEqualTo(new Appended(10, 0));
    assertThat(page(store, LOG, 100).items()).hasSize(10);
  }

  private long transactionsLeftOpen() {
    String sql =
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'annals'
          AND state LIKE 'idle in transaction%'""";
    return await(admin.query(sql).execute()).iterator().next().getLong(0);
  }

  @Test
  void page_waitingForAConnectionTooLong_timesOut() {
    Store store = open(new JsonObject().put("readers", 1).put("timeoutMillis", 2_000));
    lock(LOG);
    List<Future<Page<Event>>> pages =
        Stream.generate(() -> store.audit().page(tenant, LOG, EventQuery.newest(5)))
            .limit(5)
            .toList();
    pages.forEach(page -> assertFails(Kind.TIMEOUT, () -> await(page)));
    admin("COMMIT");
    assertThat(page(store, LOG, 5).items()).isEmpty();
  }

  @Test
  void append_beyondTheQueuesBound_isOverloadedAndStoresNothing() {
    Store store = open(new JsonObject().put("writers", 1).put("writersWaitingEventsMax", 50));
    lock(LOG);
    List<Future<Appended>> taken = new ArrayList<>();
    taken.add(store.audit().append(tenant, LOG, events(LOG)));
    TestDatabase.awaitLockWaits(admin, 1);
    for (int i = 0; i < 5; i++) {
      taken.add(store.audit().append(tenant, LOG, events(LOG)));
    }
    assertFails(Kind.OVERLOADED, () -> await(store.audit().append(tenant, LOG, events(LOG))));
    admin("COMMIT");
    taken.forEach(call -> assertThat(await(call)).isEqualTo(new Appended(10, 0)));
    assertThat(page(store, LOG, 100).items()).hasSize(60);
    assertThat(await(store.audit().append(tenant, LOG, events(LOG)))).isNotNull();
  }

  @Test
  void page_beyondTheWaitQueuesBound_isOverloaded() {
    Store store = open(new JsonObject().put("readers", 1).put("readersWaitingMax", 1));
    lock(LOG);
    Future<Page<Event>> first = store.audit().page(tenant, LOG, EventQuery.newest(5));
    TestDatabase.awaitLockWaits(admin, 1);
    Future<Page<Event>> second = store.audit().page(tenant, LOG, EventQuery.newest(5));
    assertFails(
        Kind.OVERLOADED, () -> await(store.audit().page(tenant, LOG, EventQuery.newest(5))));
    admin("COMMIT");
    assertThat(await(first).items()).isEmpty();
    assertThat(await(second).items()).isEmpty();
  }

  @Test
  void close_finishesWhatIsUnderWayAndQueued() {
    Store store = open(new JsonObject().put("writers", 1).put("readers", 1));
    lock(LOG);
    List<Future<Appended>> appends = new ArrayList<>();
    List<Future<Page<Event>>> pages = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      appends.add(store.audit().append(tenant, LOG, events(LOG)));
      pages.add(store.audit().page(tenant, LOG, EventQuery.newest(5)));
    }
    TestDatabase.awaitLockWaits(admin, 2);
    Future<Void> closed = store.close();
    Future<Void> closedAgain = store.close();
    assertThat(closedAgain.isComplete()).isFalse();
    assertFails(Kind.UNAVAILABLE, () -> await(store.audit().append(tenant, LOG, events(LOG))));
    assertFails(Kind.UNAVAILABLE, () -> page(store, LOG, 5));
    admin("COMMIT");
    appends.forEach(call -> assertThat(await(call)).isEqualTo(new Appended(10, 0)));
    pages.forEach(call -> assertThat(await(call)).isNotNull());
    await(closed);
    await(closedAgain);
    assertThat(page(open(new JsonObject()), LOG, 100).items()).hasSize(50);
  }

  @Test
  void close_underLoad_cutsNobodyOff() {
    Store store = open(new JsonObject());
    List<Future<Appended>> appends = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      appends.add(store.audit().append(tenant, COUNTED, events(COUNTED)));
    }
    await(store.close());
    assertThat(appends).allSatisfy(call -> assertThat(call.succeeded()).isTrue());
    Page<Event> stored = page(open(new JsonObject()), COUNTED, 5000);
    assertThat(stored.items()).hasSize(3000);
    assertThat(stored.total()).hasValue(3000);
  }
}
