package io.annals.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.AuditStreams;
import io.annals.model.EventStream;
import io.annals.model.Field;
import io.annals.model.Position;
import io.annals.model.TenantId;
import io.annals.model.TimeRange;
import io.annals.store.EventQuery;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The plans of every statement that reads, over tables of 200,000 rows, as the application role
 * under row-level security: index ranges in the order of the list, whatever the filter.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresPlanIT {
  private static final int ROWS = 200_000;
  private static final long START = 1_767_225_600_000L;
  private static final long STEP_MILLIS = 60_000;
  private static final int LIMIT = 50;

  /** Every second row is this tenant's, the others belong to eight more. */
  private static final TenantId TENANT =
      new TenantId(UUID.fromString("00000000-0000-4000-8000-000000000000"));

  private static final String INSERT =
      """
      INSERT INTO annals.%s (tenant_id, id, created_at, %s)
      SELECT ('00000000-0000-4000-8000-00000000000'
                || CASE WHEN i %% 2 = 0 THEN 0 ELSE i %% 16 / 2 + 1 END)::uuid,
             md5(i::text)::uuid, %d + i::bigint * %d, %s
      FROM generate_series(1, %d) AS i, LATERAL (SELECT i / 2 AS n) AS half""";

  private final Map<EventStream, PostgresTable> tables = new LinkedHashMap<>();
  private TestPlans plans;

  @BeforeAll
  void fill() {
    PostgresSettings settings = TestDatabase.emptyTables();
    TestDatabase.asLogin(
        settings,
        insert(
            "audit_log",
            "actor_id, actor_type, action, resource_type, resource_id, metadata",
            """
            'actor' || n % 500, 'user', 'action' || n % 20, 'type' || n % 5, 'r' || n / 10, '{}'"""),
        insert(
            "audit_events",
            "source, actor_type, event_group, event_type, status, user_id, vm_id, session_id",
            """
            'api', 'user', 'group' || n % 4, 'type' || n % 40,
            CASE WHEN n % 1000 = 7 THEN 'failed' ELSE 'ok' END,
            CASE WHEN n % 3 > 0 THEN n % 700 END,
            CASE WHEN n % 5 = 0 THEN 'vm' || n % 100 END,
            CASE WHEN n % 4 > 0 THEN 's' || n / 30 END"""),
        insert(
            "credential_audit",
            "facet, integration_auth_id, integration_kind, operation, sensitivity, success",
            """
            CASE WHEN n % 1000 = 7 THEN n / 1000 % 48 ELSE 13 + 2 * (n % 3) END,
            gen_random_uuid(), 'kind', 'SIGN', 'PII', true"""),
        """
        INSERT INTO annals.audit_total
        SELECT tenant_id, 'credential_audit', level, hour, slot, array_fill(1::bigint, ARRAY[48])
        FROM (SELECT DISTINCT tenant_id FROM annals.credential_audit) AS t,
          generate_series(0, 6) AS level, generate_series(0, 3) AS slot,
          LATERAL (SELECT DISTINCT CASE WHEN level < 6
                     THEN h / (8 ^ level)::bigint * (8 ^ level)::bigint ELSE 0 END AS hour
                   FROM generate_series(490896, 490896 + 3334) AS h) AS hours""",
        "VACUUM (ANALYZE) annals.audit_log",
        "VACUUM (ANALYZE) annals.audit_events",
        "VACUUM (ANALYZE) annals.credential_audit",
        "VACUUM (ANALYZE) annals.audit_total");
    AuditStreams.ALL.forEach(stream -> tables.put(stream, new PostgresTable(stream)));
    plans = TestPlans.of(settings, TENANT);
  }

  private static String insert(String table, String columns, String values) {
    return INSERT.formatted(table, columns, START, STEP_MILLIS, values, ROWS);
  }

  @AfterAll
  void close() {
    plans.close();
  }

  record Shape(String name, EventStream stream, EventQuery query) {
    @Override
    public String toString() {
      return stream + " " + name;
    }
  }

  static Stream<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>();
    for (EventStream stream : AuditStreams.ALL) {
      EventQuery all = EventQuery.newest(LIMIT);
      add(shapes, "all", stream, all);
      for (Field filter : stream.filters()) {
        add(shapes, filter.name(), stream, all.where(filter, value(filter)));
      }
      for (Field one : stream.filters()) {
        for (Field two : stream.filters()) {
          if (stream.indexOf(one.name()) < stream.indexOf(two.name())) {
            add(
                shapes,
                one.name() + "+" + two.name(),
                stream,
                all.where(one, value(one)).where(two, value(two)));
          }
        }
      }
      if (stream == AuditStreams.AUDIT_EVENTS) {
        EventQuery failed = all.where(stream.field("status"), "failed");
        add(shapes, "failed", stream, failed);
        add(shapes, "failed+group", stream, failed.where(stream.field("event_group"), "group2"));
        add(shapes, "failed+type", stream, failed.where(stream.field("event_type"), "type8"));
      }
      EventQuery every = all;
      for (Field filter : stream.filters()) {
        every = every.where(filter, value(filter));
      }
      add(shapes, "every filter", stream, every);
    }
    return shapes.stream();
  }

  private static void add(List<Shape> shapes, String name, EventStream stream, EventQuery query) {
    long middle = START + ROWS / 2 * STEP_MILLIS;
    shapes.add(new Shape(name, stream, query));
    shapes.add(
        new Shape(name + ", deep", stream, query.below(new Position(middle, new UUID(1, 1)))));
    shapes.add(
        new Shape(
            name + ", range",
            stream,
            query.within(new TimeRange(middle - 500 * STEP_MILLIS * 60, middle + 77))));
  }

  private static Object value(Field filter) {
    return switch (filter.name()) {
      case "sensitivity" -> "PII";
      case "operation" -> "SIGN";
      case "success" -> true;
      case "user_id" -> 77L;
      case "event_group" -> "group1";
      case "event_type" -> "type17";
      case "status" -> "ok";
      case "vm_id" -> "vm35";
      case "session_id" -> "s1000";
      case "actor_id" -> "actor17";
      case "resource_type" -> "type2";
      case "resource_id" -> "r5000";
      case "action" -> "action17";
      default -> throw new IllegalArgumentException(filter.name());
    };
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void page_isReadByIndexRangesInItsOrder(Shape shape) {
    PostgresPage page = new PostgresPage(tables.get(shape.stream()), shape.query());
    Tuple parameters = page.parameters(TENANT);
    boolean severalFilters = page.planCacheMode().equals("force_custom_plan");
    for (String mode : List.of("force_custom_plan", page.planCacheMode())) {
      TestPlans.Plan plan = plans.explain(page.sql(), parameters, mode);
      assertThat(plan.nodeTypes())
          .as("%s", plan)
          .isSubsetOf("Limit", "Result", "Merge Append", "Index Scan", "Index Only Scan");
      // Rows read: those of the page; with several filters those of the rarest.
      assertThat(plan.rowsRead())
          .as("%s", plan)
          .isLessThanOrEqualTo(severalFilters ? 1_000 : LIMIT + 1 + parameters.size());
    }
  }

  @ParameterizedTest
  @MethodSource("countedShapes")
  void total_isReadByIndexRanges(Shape shape) {
    TimeRange range = shape.query().range();
    int[] facets = shape.stream().facets().matching(shape.query().filters());
    Tuple parameters = PostgresTotals.readParameters(TENANT, shape.stream(), facets, range);
    String sql = PostgresTotals.read(tables.get(shape.stream()), range);
    for (String mode : List.of("force_custom_plan", "force_generic_plan", "auto")) {
      TestPlans.Plan plan = plans.explain(sql, parameters, mode);
      assertThat(plan.nodeTypes()).as("%s", plan).doesNotContain("Seq Scan", "Sort");
      assertThat(plan.rowsRead()).as("%s", plan).isBetween(4L, 200L);
    }
  }

  static Stream<Shape> countedShapes() {
    return shapes().filter(shape -> shape.stream().isCounted());
  }

  @Test
  void storedEvents_areReadByTheirIds() {
    Object[] ids = Stream.generate(UUID::randomUUID).limit(20).toArray();
    tables.forEach(
        (stream, table) -> {
          TestPlans.Plan plan =
              plans.explain(table.stored(), Tuple.of(TENANT.value()).addValue(ids), "auto");
          assertThat(plan.nodeTypes()).as("%s", plan).doesNotContain("Seq Scan");
          assertThat(plan.rowsRead()).as("%s", plan).isZero();
        });
  }
}
