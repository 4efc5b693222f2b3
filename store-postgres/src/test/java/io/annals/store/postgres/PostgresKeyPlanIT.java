package io.annals.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.ApiToken.Status;
import io.annals.model.Position;
import io.annals.model.TenantId;
import io.annals.store.KeyQuery;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The plans of what reads keys, over 20,000 tokens, as the application role under its policies. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresKeyPlanIT {
  private static final int LIMIT = 50;

  /** Every second row is this tenant's. */
  private static final TenantId TENANT =
      new TenantId(UUID.fromString("00000000-0000-4000-8000-000000000000"));

  private static final UUID ACCOUNT = new UUID(0, 4);

  /** The tenant of the row i, and the ids of its account and of its token. */
  private static final String ROWS =
      """
      SELECT ('00000000-0000-4000-8000-00000000000' || i % 2)::uuid AS tenant, i,
        lpad(to_hex(i % 100), 32, '0')::uuid AS account, md5(i::text)::uuid AS id
      FROM generate_series(1, 20000) AS i""";

  private TestPlans plans;

  @BeforeAll
  void fill() {
    PostgresSettings settings = TestDatabase.emptyTables();
    TestDatabase.asLogin(
        settings,
        """
        INSERT INTO annals.service_account (tenant_id, id, created_at, name, created_by)
        SELECT tenant, id, i, 'name', 'someone' FROM (%s) AS r"""
            .formatted(ROWS),
        """
        INSERT INTO annals.api_token (tenant_id, id, created_at, name, key_prefix, scopes,
          service_account_id, created_by, expires_at)
        SELECT tenant, id, i, 'name', 'prefix' || i, '{}', account, 'someone', i FROM (%s) AS r"""
            .formatted(ROWS),
        """
        INSERT INTO annals.api_secret (tenant_id, token_id, key_prefix, sha256)
        SELECT tenant, id, 'prefix' || i, sha256(id::text::bytea) FROM (%s) AS r"""
            .formatted(ROWS),
        """
        INSERT INTO annals.key_lifecycle (tenant_id, id, created_at, operation, token_id,
          service_account_id, actor, detail)
        SELECT tenant, gen_random_uuid(), i, 'MINT', id, account, 'someone', '{}'
        FROM (%s) AS r"""
            .formatted(ROWS),
        "VACUUM (ANALYZE) annals.service_account",
        "VACUUM (ANALYZE) annals.api_token",
        "VACUUM (ANALYZE) annals.api_secret",
        "VACUUM (ANALYZE) annals.key_lifecycle");
    plans = TestPlans.of(settings, TENANT);
  }

  @AfterAll
  void close() {
    plans.close();
  }

  private static KeyQuery query(UUID account, Status status) {
    Position middle = new Position(10_000, new UUID(1, 1));
    return new KeyQuery(middle, 0, LIMIT, account, status, 50_000);
  }

  private void assertIsARangeInOrder(PostgresKeyList<?> list) {
    Tuple parameters = list.pageParameters(query(null, null));
    for (String mode : List.of("force_custom_plan", "auto")) {
      TestPlans.Plan plan = plans.explain(list.pageSql(), parameters, mode);
      assertThat(plan.nodeTypes())
          .as("%s", plan)
          .isSubsetOf("Limit", "Result", "Index Scan", "Index Only Scan");
      assertThat(plan.rowsRead()).as("%s", plan).isEqualTo(LIMIT + 1);
    }
  }

  @Test
  void pages_areIndexRangesInTheirOrder() {
    assertIsARangeInOrder(PostgresAccounts.list(TENANT));
    assertIsARangeInOrder(PostgresTokens.list(TENANT, query(null, null)));
    assertIsARangeInOrder(PostgresTokens.list(TENANT, query(ACCOUNT, null)));
    assertIsARangeInOrder(PostgresTokens.list(TENANT, query(null, Status.EXPIRED)));
    assertIsARangeInOrder(PostgresTokens.list(TENANT, query(ACCOUNT, Status.EXPIRED)));
    assertIsARangeInOrder(PostgresKeyChange.events(TENANT, "service_account_id", ACCOUNT));
  }

  @Test
  void lifecycleOfAToken_isAnIndexRange() {
    PostgresKeyList<?> list = PostgresKeyChange.events(TENANT, "token_id", ACCOUNT);
    TestPlans.Plan plan =
        plans.explain(list.pageSql(), list.pageParameters(query(null, null)), "auto");
    assertThat(plan.rowsRead()).as("%s", plan).isZero();
  }

  @Test
  void secret_isFoundByItsPrefix() {
    TestPlans.Plan plan = plans.explain(PostgresTokens.KNOWN, Tuple.of("prefix4000"), "auto");
    assertThat(plan.nodeTypes()).as("%s", plan).doesNotContain("Seq Scan");
    assertThat(plan.rowsRead()).as("%s", plan).isEqualTo(2);
  }

  @Test
  void tokensOfAnAccount_areLockedInOrder() {
    TestPlans.Plan plan =
        plans.explain(PostgresTokens.LOCK_OF_ACCOUNT, Tuple.of(TENANT.value(), ACCOUNT), "auto");
    assertThat(plan.nodeTypes()).as("%s", plan).doesNotContain("Seq Scan");
    assertThat(plan.rowsRead()).as("%s", plan).isLessThanOrEqualTo(200);
    assertThat(Set.of("LockRows", "Sort")).isSubsetOf(plan.nodeTypes());
  }
}
