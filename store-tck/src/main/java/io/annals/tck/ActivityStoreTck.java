package io.annals.tck;

import static io.annals.tck.ActivityReads.NEWEST_FIRST;
import static io.annals.tck.ActivityReads.newestFirst;
import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.ActivitySubject;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.model.TimeRange;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ActivityStore} does. A store runs it by a subclass that opens the store with
 * {@link #POLICY} and says how its background work is done at once.
 */
public abstract class ActivityStoreTck {
  /** The clock that the store under test goes by; it starts at 2026-01-01T00:00:00Z. */
  protected static final ManualClock CLOCK = new ManualClock(1_767_225_600_000L);

  /** A search may scan for a moment only, so that its pages end at any place. */
  protected static final ActivityPolicy POLICY = new ActivityPolicy(90, 1, CLOCK);

  private static final int MINUTE = 60_000;
  private static final int HOUR = 60 * MINUTE;
  private static final int DAY = 24 * HOUR;

  private final TenantId tenant = Samples.tenant();
  private final ActivitySamples samples = new ActivitySamples(42);
  private final UUID token = UUID.randomUUID();
  private ActivityReads reads;

  /** The store under test, opened with {@link #POLICY}; the same for every test of a class. */
  protected abstract ActivityStore activity();

  /**
   * Does at once what the store would do in the background by now, after the clock was moved:
   * summing up what is over, making room ahead, removing what is gone.
   */
  protected abstract void settle();

  @BeforeEach
  void openReads() {
    reads = new ActivityReads(activity(), tenant);
  }

  @Test
  void page_ofAnUnknownToken_isAbsent() {
    ActivityQuery query = ActivityQuery.newest(ActivitySubject.token(token), 50);
    assertThat(await(activity().page(tenant, query))).isEmpty();
    append(samples.calls(UUID.randomUUID(), 5, now(), 10));
    assertThat(await(activity().page(tenant, query))).isEmpty();
    assertThat(await(activity().page(tenant, query.containing("x").skipping(3)))).isEmpty();
  }

  @Test
  void page_ofAnUnknownAccount_isAbsent() {
    append(List.of(samples.call(token, now(), samples.id(), UUID.randomUUID())));
    ActivitySubject other = ActivitySubject.serviceAccount(UUID.randomUUID());
    assertThat(await(activity().page(tenant, ActivityQuery.newest(other, 5)))).isEmpty();
    ActivitySubject tokenAsAccount = ActivitySubject.serviceAccount(token);
    assertThat(await(activity().page(tenant, ActivityQuery.newest(tokenAsAccount, 5)))).isEmpty();
  }

  @Test
  void page_ofAKnownToken_isEmptyWhereNothingMatches() {
    append(samples.calls(token, 5, now(), 10));
    ActivityPage page = reads.page(ofToken(5).within(new TimeRange(now() - DAY, now())));
    assertThat(page).isEqualTo(new ActivityPage(List.of(), null, OptionalLong.of(0)));
    assertThat(reads.walk(ofToken(5).containing("nothing has this"))).isEmpty();
    assertThat(reads.page(ofToken(5).within(new TimeRange(now() + 10, now()))).items()).isEmpty();
  }

  @Test
  void page_givesBackEveryValue_asItWasAppended() {
    List<NewActivity> calls = samples.calls(token, 300, now(), 50);
    append(calls);
    assertThat(reads.walk(ofToken(1000))).isEqualTo(newestFirst(calls));
  }

  @Test
  void walk_withAnyPageSize_returnsEveryEventOnceInOrder() {
    List<NewActivity> calls = samples.calls(token, 60, now(), 7);
    append(calls);
    for (int limit : new int[] {1, 7, 20, 59, 60, 61}) {
      assertThat(reads.walk(ofToken(limit))).isEqualTo(newestFirst(calls));
    }
  }

  @Test
  void append_ofStoredEvents_changesNothing() {
    List<NewActivity> calls = samples.calls(token, 40, now(), 50);
    append(calls.subList(0, 30));
    append(calls);
    List<NewActivity> twice = new ArrayList<>(calls);
    twice.addAll(calls);
    append(twice);
    assertThat(reads.walk(ofToken(7))).isEqualTo(newestFirst(calls));
    reads.assertTotal(ofToken(1), 40);
  }

  @Test
  void append_ofTheSameEventsByManyCallers_storesThemOnce() {
    List<NewActivity> calls = samples.calls(token, 50, now() - 5 * DAY, 10 * DAY);
    List<Future<Void>> appends = new ArrayList<>();
    for (int caller = 0; caller < 12; caller++) {
      List<NewActivity> own = new ArrayList<>(calls);
      Collections.shuffle(own, new Random(caller));
      appends.add(activity().append(tenant, own));
    }
    appends.forEach(Futures::await);
    assertThat(reads.walk(ofToken(7))).isEqualTo(newestFirst(calls));
    reads.assertTotal(ofToken(1), 50);
  }

  @Test
  void append_ofOtherContentUnderTheSameIdentity_keepsOneWhole() {
    UUID id = samples.id();
    List<NewActivity> versions =
        IntStream.range(0, 8).mapToObj(i -> samples.call(token, now(), id, null)).toList();
    versions.forEach(version -> append(List.of(version)));
    List<Event> listed = reads.walk(ofToken(5));
    assertThat(listed).hasSize(1);
    assertThat(versions.stream().map(NewActivity::event)).contains(listed.get(0));
    reads.assertTotal(ofToken(5), 1);
  }

  @Test
  void account_isTheUnionOfItsTokens_inOneOrder() {
    UUID account = UUID.randomUUID();
    List<NewActivity> ofAccount = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      UUID own = UUID.randomUUID();
      ofAccount.addAll(samples.calls(own, 30, now(), 20)); // tied to the account by a later call
      ofAccount.add(samples.call(own, now() + 3, new UUID(0, 7), account));
    }
    append(ofAccount);
    append(samples.calls(UUID.randomUUID(), 10, now(), 20));
    ActivitySubject subject = ActivitySubject.serviceAccount(account);
    for (int limit : new int[] {1, 9, 200}) {
      assertThat(reads.walk(ActivityQuery.newest(subject, limit)))
          .isEqualTo(newestFirst(ofAccount));
    }
    reads.assertTotal(ActivityQuery.newest(subject, 1), ofAccount.size());
  }

  @Test
  void account_keepsTheTokensItEverOwned() {
    UUID before = UUID.randomUUID();
    UUID after = UUID.randomUUID();
    NewActivity first = samples.call(token, now(), samples.id(), before);
    NewActivity second = samples.call(token, now() + 1, samples.id(), after);
    append(List.of(first, second));
    for (UUID account : List.of(before, after)) {
      ActivitySubject subject = ActivitySubject.serviceAccount(account);
      assertThat(reads.walk(ActivityQuery.newest(subject, 5)))
          .isEqualTo(newestFirst(List.of(first, second)));
    }
  }

  @Test
  void walk_matchesTheReference_forRandomQueries() {
    ActivityStore reference = await(new MemoryStore().activity(POLICY));
    UUID account = UUID.randomUUID();
    List<NewActivity> calls = new ArrayList<>();
    List<UUID> tokens = List.of(token, UUID.randomUUID(), UUID.randomUUID());
    for (UUID each : tokens) {
      calls.addAll(samples.calls(each, 300, now() - HOUR, 2 * HOUR));
      calls.addAll(samples.calls(each, 200, now() - 20 * DAY, 20 * DAY));
      calls.add(samples.call(each, now(), new UUID(0, 1), account));
    }
    append(calls);
    await(reference.append(tenant, calls));
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 60; i++) {
        ActivityQuery query = randomQuery(tokens, account);
        List<Event> expected = new ActivityReads(reference, tenant).walk(query.skipping(0));
        assertThat(reads.walk(query))
            .as("%s", query)
            .isEqualTo(expected.subList(Math.min(query.skip(), expected.size()), expected.size()));
        if (query.search() == null) {
          reads.assertTotal(query, expected.size());
        }
      }
      CLOCK.advance(HOUR); // the second round asks for what is over and summed up
      settle();
      settle();
    }
  }

  private ActivityQuery randomQuery(List<UUID> tokens, UUID account) {
    ActivitySubject subject =
        samples.below(3) == 0
            ? ActivitySubject.serviceAccount(account)
            : ActivitySubject.token(tokens.get(samples.below(tokens.size())));
    ActivityQuery query = ActivityQuery.newest(subject, 1 + samples.below(200));
    if (samples.below(2) == 0) {
      query = query.containing(samples.term());
    }
    if (samples.below(2) == 0) {
      long from = now() - 21L * DAY + samples.below(21 * DAY);
      query = query.within(new TimeRange(from, from + samples.below(15 * DAY)));
    }
    return query.skipping(samples.below(3) * 40);
  }

  @Test
  void search_foundOnce_isFoundWhereverItStands() {
    List<NewActivity> calls = samples.calls(token, 3000, now() - DAY, DAY);
    append(calls);
    for (int round = 0; round < 2; round++) {
      for (String term : List.of("404", "2001:DB8::F", "10.0.3.25", "émile", "nothing has this")) {
        ActivityQuery query = ofToken(50).containing(term);
        List<NewActivity> matching =
            calls.stream().filter(call -> query.matches(call.event())).toList();
        assertThat(reads.walk(query)).as(term).isEqualTo(newestFirst(matching));
      }
      CLOCK.advance(HOUR);
      settle();
    }
  }

  @Test
  void appends_afterSummingUp_areCountedAndFound() {
    List<NewActivity> all = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      List<NewActivity> late = samples.calls(token, 400, CLOCK.millis() - 3 * DAY, 3 * DAY);
      append(late);
      append(late);
      all.addAll(late);
      NewActivity needle =
          ActivitySamples.withPath(samples.call(token, CLOCK.millis() - DAY), "/needle/" + round);
      append(List.of(needle));
      all.add(needle);
      assertThat(reads.walk(ofToken(9).containing("NEEDLE/" + round)))
          .containsExactly(needle.event());
      reads.assertTotal(ofToken(1), all.size());
      assertThat(reads.walk(ofToken(300))).isEqualTo(newestFirst(all));
      CLOCK.advance(2 * HOUR);
      settle();
      append(late); // again, when it is long summed up
      reads.assertTotal(ofToken(1), all.size());
    }
  }

  @Test
  void tenants_doNotSeeEachOther() {
    TenantId other = Samples.tenant();
    UUID account = UUID.randomUUID();
    NewActivity own = samples.call(token, now(), new UUID(0, 1), account);
    NewActivity others = samples.call(token, now(), new UUID(0, 1), null);
    append(List.of(own));
    await(activity().append(other, List.of(others)));
    assertThat(reads.walk(ofToken(5))).containsExactly(own.event());
    assertThat(await(activity().page(other, ofToken(5))).orElseThrow().items())
        .containsExactly(others.event());
    ActivitySubject subject = ActivitySubject.serviceAccount(account);
    assertThat(await(activity().page(other, ActivityQuery.newest(subject, 5)))).isEmpty();
  }

  @Test
  void walk_whileOthersWrite_returnsWhatWasThereOnce() {
    List<NewActivity> before = samples.calls(token, 300, now() - HOUR, HOUR);
    append(before);
    List<Event> listed = new ArrayList<>();
    List<Future<Void>> writes = new ArrayList<>();
    ActivityQuery query = ofToken(11);
    ActivityPage page;
    do {
      writes.add(activity().append(tenant, samples.calls(token, 20, now() - HOUR, 2 * HOUR)));
      page = reads.page(query);
      listed.addAll(page.items());
      query = page.next() == null ? query : query.from(page.next());
    } while (page.next() != null);
    writes.forEach(Futures::await);
    Set<Event> distinct = new HashSet<>(listed);
    assertThat(distinct).hasSameSizeAs(listed).containsAll(newestFirst(before));
    assertThat(listed).isSortedAccordingTo(NEWEST_FIRST);
  }

  @Test
  void events_vanishByTheDay_whenTheyAreOlderThanTheRetention() {
    CLOCK.advance(DAY - CLOCK.millis() % DAY + 5 * HOUR);
    List<NewActivity> young = samples.calls(token, 10, now() - 80L * DAY, HOUR);
    List<NewActivity> old = samples.calls(token, 10, now() - 89L * DAY, HOUR);
    UUID oldToken = UUID.randomUUID();
    append(samples.calls(oldToken, 3, now() - 89L * DAY, HOUR));
    append(young);
    append(old);
    reads.assertTotal(ofToken(1), 20);
    CLOCK.advance(DAY + 18 * HOUR); // the day of the old is not wholly over its age
    settle();
    assertThat(reads.walk(ofToken(7))).hasSize(20);
    CLOCK.advance(2 * HOUR);
    settle();
    assertThat(reads.walk(ofToken(7))).isEqualTo(newestFirst(young));
    reads.assertTotal(ofToken(1), 10);
    ActivityQuery ofOld = ActivityQuery.newest(ActivitySubject.token(oldToken), 5);
    assertThat(await(activity().page(tenant, ofOld))).isEmpty();
  }

  private static long now() {
    return CLOCK.millis();
  }

  private ActivityQuery ofToken(int limit) {
    return ActivityQuery.newest(ActivitySubject.token(token), limit);
  }

  private void append(List<NewActivity> calls) {
    await(activity().append(tenant, calls));
  }
}
