package io.annals.store.postgres;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.ActivityPosition;
import io.annals.model.ActivitySubject;
import io.annals.model.TenantId;
import io.annals.model.TimeRange;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityQuery;
import io.annals.store.Store;
import io.annals.tck.ManualClock;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The plans of what reads activity, over 200,000 events of ten tokens and 90 days: ranges of the
 * primary key in the order of the list, in no more partitions than it takes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresActivityPlanIT {
  private static final long DAY = 86_400_000L;
  private static final long NOW = 1_767_225_600_000L;
  private static final int LIMIT = 50;
  private static final TenantId TENANT =
      new TenantId(UUID.fromString("00000000-0000-4000-8000-000000000000"));
  private static final ActivitySubject TOKEN =
      ActivitySubject.token(UUID.fromString("00000000-0000-4000-8000-000000000003"));
  private static final ActivitySubject ACCOUNT =
      ActivitySubject.serviceAccount(UUID.fromString("00000000-0000-4000-8000-00000000000a"));

  /** A plan made for the values at hand, and one that fits all. */
  private static final List<String> MODES = List.of("force_custom_plan", "force_generic_plan");

  private TestPlans plans;

  @BeforeAll
  void fill() {
    JsonObject section = TestDatabase.emptyDatabase();
    Store store = TestDatabase.open(section);
    await(store.activity(new ActivityPolicy(90, 250, new ManualClock(NOW))));
    await(store.close());
    PostgresSettings settings = PostgresSettings.of(section);
    TestDatabase.asLogin(
        settings,
        """
        INSERT INTO annals.activity
          (tenant_id, token_id, created_at, id, status_code, method, path)
        SELECT '%s', ('00000000-0000-4000-8000-00000000000' || i %% 10)::uuid,
               %d + i::bigint * 38880, gen_random_uuid(), 200, 'GET', '/v1/things/' || i %% 100
        FROM generate_series(1, 200000) AS i"""
            .formatted(TENANT, NOW - 90 * DAY),
        """
        INSERT INTO annals.activity_total
        SELECT tenant_id, token_id, minutes, created_at / (minutes * 60000) * minutes * 60000,
               0, count(*), false
        FROM annals.activity, unnest('{60, 1440}'::bigint[]) AS minutes GROUP BY 1, 2, 3, 4""",
        """
        INSERT INTO annals.activity_account
        SELECT DISTINCT tenant_id, '%s'::uuid, token_id, 0 FROM annals.activity
        WHERE token_id < '00000000-0000-4000-8000-000000000005'"""
            .formatted(ACCOUNT.id()),
        """
        INSERT INTO annals.activity_account
        SELECT '%s'::uuid, gen_random_uuid(), gen_random_uuid(), 0 FROM generate_series(1, 5000)"""
            .formatted(TENANT),
        "VACUUM (ANALYZE) annals.activity",
        "VACUUM (ANALYZE) annals.activity_account",
        "VACUUM (ANALYZE) annals.activity_total");
    plans = TestPlans.of(settings, TENANT);
  }

  @AfterAll
  void close() {
    plans.close();
  }

  private TestPlans.Plan page(ActivityQuery query, String mode) {
    return plans.explain(
        PostgresActivityPage.sql(query.subject()),
        PostgresActivityPage.parameters(TENANT, query, NOW - 90 * DAY),
        mode);
  }

  private static List<ActivityQuery> depths(ActivitySubject subject) {
    ActivityQuery newest = ActivityQuery.newest(subject, LIMIT);
    ActivityPosition middle = ActivityPosition.before(NOW - 45 * DAY);
    return List.of(
        newest,
        newest.from(new io.annals.store.ActivityPage.Next(middle, 0)),
        newest.within(new TimeRange(NOW - 50 * DAY, NOW - 44 * DAY)));
  }

  @Test
  void page_ofAToken_readsItsRowsFromOneOrTwoPartitions() {
    for (ActivityQuery query : depths(TOKEN)) {
      for (String mode : MODES) {
        TestPlans.Plan plan = page(query, mode);
        assertThat(plan.nodeTypes())
            .as("%s", plan)
            .isSubsetOf("Limit", "Append", "Result", "Index Scan");
        assertThat(plan.rowsRead()).as("%s", plan).isLessThanOrEqualTo(LIMIT + 2);
        assertThat(plan.scans()).as("%s", plan).isLessThanOrEqualTo(3);
      }
    }
  }

  @Test
  void page_ofAnAccount_readsOnePageOfEachToken() {
    for (ActivityQuery query : depths(ACCOUNT)) {
      for (String mode : MODES) {
        TestPlans.Plan plan = page(query, mode);
        assertThat(plan.nodeTypes()).as("%s", plan).doesNotContain("Seq Scan");
        assertThat(plan.rowsRead()).as("%s", plan).isLessThanOrEqualTo(5 * (LIMIT + 3));
        assertThat(plan.scans()).as("%s", plan).isLessThanOrEqualTo(4);
      }
    }
  }

  @Test
  void total_readsDaysAndHours_andPartialHoursByIndex() {
    TimeRange range = new TimeRange(NOW - 50 * DAY + 77, NOW - 3 * DAY + 1234567);
    for (TimeRange times : List.of(TimeRange.ALL, range)) {
      for (String mode : MODES) {
        TestPlans.Plan plan =
            plans.explain(
                PostgresActivityTotals.sql(TOKEN, times),
                PostgresActivityTotals.parameters(TENANT, TOKEN, times, NOW - 90 * DAY),
                mode);
        assertThat(plan.nodeTypes()).as("%s", plan).doesNotContain("Seq Scan");
        assertThat(plan.rowsRead()).as("%s", plan).isBetween(90L, 250L);
      }
    }
  }

  @Test
  void chunk_ofASearch_readsNoMoreThanItReturns() {
    ActivityPosition below = ActivityPosition.before(NOW - 45 * DAY);
    Tuple parameters = Tuple.of(TENANT.value()).addValue(new UUID[] {TOKEN.id()});
    parameters.addLong(below.createdAtMillis()).addUUID(below.id()).addUUID(below.tokenId());
    parameters.addLong(NOW - 45 * DAY - DAY / 24).addLong(2048L);
    for (String mode : MODES) {
      TestPlans.Plan plan = plans.explain(PostgresActivitySearch.SCAN, parameters, mode);
      assertThat(plan.nodeTypes()).as("%s", plan).doesNotContain("Seq Scan");
      assertThat(plan.rowsRead()).as("%s", plan).isBetween(5L, 15L);
      assertThat(plan.scans()).as("%s", plan).isLessThanOrEqualTo(2);
    }
  }
}
