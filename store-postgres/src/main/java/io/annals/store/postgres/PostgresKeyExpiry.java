package io.annals.store.postgres;

import io.annals.model.ApiToken;
import io.annals.model.Event;
import io.annals.model.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Writes the EXPIRE events that are due: it asks for the ids of all tenants' tokens, and then deals
 * with each tenant's as the role that row-level security binds.
 */
final class PostgresKeyExpiry {
  private static final int TOKENS_MAX = 1_000;

  private static final String DUE =
      "SELECT tenant_id, token_id FROM annals.tokens_to_expire($1::bigint, %d)"
          .formatted(TOKENS_MAX);

  /** Those that are still due, but for those that another transaction works on. */
  private static final String LOCK =
      """
      SELECT %s FROM annals.api_token AS token
      WHERE tenant_id = $1::uuid AND id = ANY($2::uuid[])
        AND NOT expiry_written AND (revoked_at IS NULL OR revoked_at >= expires_at)
      ORDER BY id FOR UPDATE SKIP LOCKED"""
          .formatted(PostgresTokens.COLUMNS);

  private static final String WRITTEN =
      """
      UPDATE annals.api_token SET expiry_written = true
      WHERE tenant_id = $1::uuid AND id = ANY($2::uuid[])""";

  private final PostgresReaders readers;
  private final PostgresKeyChannel channel;

  PostgresKeyExpiry(PostgresReaders readers, PostgresKeyChannel channel) {
    this.readers = readers;
    this.channel = channel;
  }

  /** Writes what is due at this time; how many it wrote. */
  Future<Integer> run(long nowMillis) {
    return readers
        .read(
            PostgresWork.KEY_READ,
            connection -> connection.preparedQuery(DUE).execute(Tuple.of(nowMillis)))
        .compose(
            rows -> {
              Map<TenantId, List<UUID>> byTenant = new HashMap<>();
              for (Row row : rows) {
                byTenant
                    .computeIfAbsent(new TenantId(row.getUUID(0)), tenant -> new ArrayList<>())
                    .add(row.getUUID(1));
              }
              Future<Integer> written = Future.succeededFuture(0);
              for (Map.Entry<TenantId, List<UUID>> due : byTenant.entrySet()) {
                written =
                    written.compose(
                        before -> write(due.getKey(), due.getValue()).map(n -> before + n));
              }
              boolean mayBeMore = rows.size() == TOKENS_MAX;
              return written.compose(
                  n -> // none where others are at it
                  mayBeMore && n > 0
                          ? run(nowMillis).map(rest -> n + rest)
                          : Future.succeededFuture(n));
            });
  }

  private Future<Integer> write(TenantId tenant, List<UUID> tokenIds) {
    Tuple due = Tuple.of(tenant.value()).addArrayOfUUID(tokenIds.toArray(UUID[]::new));
    return PostgresKeyChange.run(
        readers,
        channel,
        tenant,
        change ->
            change
                .execute(LOCK, due)
                .compose(
                    rows -> {
                      List<ApiToken> tokens = PostgresTokens.tokens(rows);
                      List<Event> events =
                          tokens.stream().map(PostgresKeyChange.EVENTS::expire).toList();
                      Tuple locked =
                          Tuple.of(tenant.value()).addArrayOfUUID(PostgresTokens.ids(tokens));
                      return Future.join(change.execute(WRITTEN, locked), change.record(events))
                          .map(tokens.size());
                    }));
  }
}
