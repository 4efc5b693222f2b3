package io.annals.store.postgres;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.ActivityPosition;
import io.annals.model.ActivitySubject;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.model.TimeRange;
import io.annals.search.Digest;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityQuery;
import io.annals.store.Store;
import io.annals.tck.ActivitySamples;
import io.annals.tck.ManualClock;
import io.annals.tck.Samples;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Digests on every level: they are believed as long as they hold, and never a moment longer. */
final class PostgresActivityDigestIT {
  private static final int MINUTE = 60_000;
  private static final int HOUR = 60 * MINUTE;
  private static final int DAY = 24 * HOUR;
  private static final long START = 1_767_225_600_000L;
  private static final int LIST = 2_000;

  private final ManualClock clock = new ManualClock(START + 3L * DAY);
  private final JsonObject section = TestDatabase.emptyDatabase();
  private final PostgresSettings settings = PostgresSettings.of(section);
  private final TenantId tenant = Samples.tenant();
  private final UUID token = UUID.randomUUID();
  private final ActivitySamples samples = new ActivitySamples(3);
  private final List<NewActivity> stored = new ArrayList<>();
  private Store store;
  private PostgresActivityStore activity;

  @BeforeEach
  void open() {
    store = TestDatabase.open(section);
    activity = (PostgresActivityStore) await(store.activity(new ActivityPolicy(90, 20_000, clock)));
  }

  @AfterEach
  void close() {
    await(store.close());
  }

  private void append(List<NewActivity> calls) {
    for (int i = 0; i < calls.size(); i += LIST) {
      await(activity.append(tenant, calls.subList(i, Math.min(i + LIST, calls.size()))));
    }
    stored.addAll(calls);
  }

  private List<Event> walk(ActivityQuery first) {
    List<Event> all = new ArrayList<>();
    ActivityQuery query = first;
    while (true) {
      ActivityPage page = await(activity.page(tenant, query)).orElseThrow();
      all.addAll(page.items());
      if (page.next() == null) {
        return all;
      }
      query = query.from(page.next());
    }
  }

  private ActivityQuery ofToken() {
    return ActivityQuery.newest(ActivitySubject.token(token), 1000);
  }

  private List<Event> matching(ActivityQuery query) {
    return stored.stream()
        .map(NewActivity::event)
        .filter(event -> query.range().contains(event.createdAtMillis()))
        .filter(query::matches)
        .sorted(Comparator.comparing(ActivityPosition::of).reversed())
        .toList();
  }

  private List<Integer> levels() {
    String sql =
        """
        SELECT DISTINCT minutes::int FROM annals.activity_digest WHERE events >= 0 ORDER BY 1""";
    return StreamSupport.stream(TestDatabase.asLogin(settings, sql).spliterator(), false)
        .map(row -> row.getInteger(0))
        .toList();
  }

  /** A busy minute, a busy hour, a day and a quiet one. */
  private void fill() {
    append(samples.calls(token, 17_000, START + 5 * HOUR + 7 * MINUTE, MINUTE));
    append(samples.calls(token, 5_000, START + 9 * HOUR, HOUR));
    append(samples.calls(token, 2_000, START, DAY));
    append(samples.calls(token, 300, START + DAY, DAY));
  }

  private NewActivity needle(String path, long createdAtMillis) {
    Object[] values = {token, null, "GET", path, 200, null, null, null};
    return new NewActivity(new Event(createdAtMillis, samples.id(), values), null);
  }

  @Test
  void search_overDigestsOfAllLevels_findsWhatMatches() {
    fill();
    append(List.of(needle("/needle", START + 5 * HOUR + 7 * MINUTE + 31)));
    append(List.of(needle("/needle", START + 9 * HOUR + 17), needle("/needle", START + DAY + 1)));
    UUID account = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    append(List.of(samples.call(token, START, samples.id(), account)));
    await(activity.settle());
    assertThat(levels()).containsExactly(1, 60, 1_440);
    for (String term : List.of("NEEDLE", "nothing has this", "10.0.3.25", "2001:DB8::F", "émile")) {
      for (int i = 0; i < 4; i++) {
        long from = START + samples.below(2 * DAY);
        TimeRange range = i == 0 ? TimeRange.ALL : new TimeRange(from, from + samples.below(DAY));
        ActivityQuery query = ofToken().containing(term).within(range);
        assertThat(walk(query)).as("%s", query).isEqualTo(matching(query));
      }
    }
    append(samples.calls(other, 6_000, START + 9 * HOUR, 2 * HOUR));
    append(List.of(samples.call(other, START, samples.id(), account)));
    await(activity.settle());
    for (String term : List.of("needle", "10.0.3.25")) {
      ActivityQuery query =
          ActivityQuery.newest(ActivitySubject.serviceAccount(account), 50).containing(term);
      assertThat(walk(query)).as(term).isEqualTo(matching(query));
    }
  }

  @Test
  void digest_isBelievedWhileItsCountIsExact_andNoLonger() {
    fill();
    NewActivity needle = needle("/needle", START + 3 * HOUR);
    append(List.of(needle));
    await(activity.settle());
    String nothing = HexFormat.of().formatHex(new Digest.Builder().build().encode());
    TestDatabase.asLogin(
        settings, "UPDATE annals.activity_digest SET digest = '\\x%s'".formatted(nothing));
    assertThat(walk(ofToken().containing("/needle"))).isEmpty();
    append(samples.calls(token, 1, START + 20 * HOUR, MINUTE));
    assertThat(walk(ofToken().containing("/needle"))).containsExactly(needle.event());
    await(activity.settle());
    assertThat(walk(ofToken().containing("/needle"))).containsExactly(needle.event());
  }

  @Test
  void search_whileLateEventsCome_findsWhatWasAcknowledged() {
    fill();
    await(activity.settle());
    for (int i = 0; i < 25; i++) {
      Future<Void> settling = activity.settle();
      String path = "/late/" + i + "/";
      NewActivity late = needle(path, START + samples.below(DAY));
      List<NewActivity> others = samples.calls(token, 20, START, 2 * DAY);
      Future<Void> noise = activity.append(tenant, others);
      await(activity.append(tenant, List.of(late)));
      assertThat(walk(ofToken().containing(path))).containsExactly(late.event());
      await(noise);
      await(settling);
      assertThat(walk(ofToken().containing(path))).containsExactly(late.event());
    }
  }

  @Test
  void stretch_thatIsNotOver_hasNoDigest() {
    append(samples.calls(token, 5_000, START + 3L * DAY - HOUR, HOUR));
    await(activity.settle());
    assertThat(levels()).isEmpty();
    clock.advance(MINUTE);
    await(activity.settle());
    assertThat(levels()).containsExactly(60, 1_440);
  }
}
