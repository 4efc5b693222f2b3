package io.annals.store.cassandra;

import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.annals.metrics.Bounds;
import io.annals.model.TenantId;
import io.vertx.core.Future;
import java.util.UUID;

/** The ties between service accounts and their tokens. */
final class CassandraAccounts {
  private static final String TIE =
      "INSERT INTO activity_account (tenant_id, service_account_id, token_id) VALUES (?, ?, ?)";

  private static final int REMEMBERED_MAX = 50_000;

  /** A token that belongs to an account, or did. */
  record Tie(TenantId tenant, UUID account, UUID token) {}

  private final CassandraQueries queries;
  private final PreparedStatement tie;
  private final Cache<Tie, Boolean> written =
      Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).executor(Runnable::run).build();

  /** Prepares its statement; blocks. */
  CassandraAccounts(CassandraQueries queries) {
    this.queries = queries.of("account");
    tie = queries.prepare(TIE);
    Bounds.cache(
        queries.meters(),
        "cassandra_ties",
        "entries",
        REMEMBERED_MAX,
        written,
        Cache::estimatedSize);
  }

  /** Whether this server has written it before. */
  boolean isWritten(Tie of) {
    return written.getIfPresent(of) != null;
  }

  /** Succeeds when the tie is durable. */
  Future<Void> write(Tie of) {
    return queries
        .run(tie.bind(of.tenant().value(), of.account(), of.token()))
        .onSuccess(done -> written.put(of, true));
  }
}
