package io.annals.store.postgres;

import io.annals.model.ActivityPosition;
import io.annals.model.ActivitySubject;
import io.annals.model.TenantId;
import io.annals.store.ActivityQuery;
import io.vertx.sqlclient.Tuple;

/**
 * The statement that reads one page without a search, and its parameters: for each token a range
 * scan of the primary key from the cursor's position downwards, merged for an account. A deep page
 * costs what the first does.
 */
final class PostgresActivityPage {
  /** The tokens of the account $2. */
  static final String TOKENS_OF_ACCOUNT =
      """
      SELECT token_id FROM annals.activity_account
      WHERE tenant_id = $1::uuid AND service_account_id = $2::uuid""";

  /**
   * A token's events below ($3, $4, $5), from time $6 on, newest first. The second comparison of
   * the time is for the choice of partitions; that of rows says it for the index.
   */
  private static final String BELOW =
      """
      SELECT %s FROM annals.activity AS event
      WHERE tenant_id = $1::uuid AND token_id = %s
        AND created_at >= $6::bigint AND created_at <= $3::bigint
        AND (created_at, id) <= ($3::bigint, $4::uuid)
        AND (created_at, id, token_id) < ($3::bigint, $4::uuid, $5::uuid)
      ORDER BY created_at DESC, id DESC""";

  static final String OF_TOKEN = below("$2::uuid") + " LIMIT $7::bigint OFFSET $8::bigint";

  private static final String OF_ACCOUNT =
      ofTokens(TOKENS_OF_ACCOUNT, "$7::bigint + $8::bigint")
          + " LIMIT $7::bigint OFFSET $8::bigint";

  private PostgresActivityPage() {}

  private static String below(String token) {
    return BELOW.formatted(PostgresActivityTransactions.COLUMNS.names(), token);
  }

  /** The newest of each of these tokens, up to a limit each, all in one order. */
  static String ofTokens(String tokens, String limit) {
    return """
        SELECT event.* FROM (%s) AS key CROSS JOIN LATERAL (%s LIMIT %s) AS event
        ORDER BY event.created_at DESC, event.id DESC, event.token_id DESC"""
        .formatted(tokens, below("key.token_id"), limit);
  }

  static String sql(ActivitySubject subject) {
    return subject.kind() == ActivitySubject.Kind.TOKEN ? OF_TOKEN : OF_ACCOUNT;
  }

  static Tuple parameters(TenantId tenant, ActivityQuery query, long horizonMillis) {
    ActivityPosition ceiling = query.ceiling();
    return Tuple.of(
            tenant.value(),
            query.subject().id(),
            ceiling.createdAtMillis(),
            ceiling.id(),
            ceiling.tokenId(),
            query.floorMillis(horizonMillis))
        .addLong(query.limit() + 1L) // one more tells whether there is a next page
        .addLong((long) query.skip());
  }
}
