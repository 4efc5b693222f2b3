package io.annals.store.postgres;

import io.annals.model.ApiToken;
import io.annals.model.TenantId;
import io.annals.store.KeyQuery;
import io.annals.store.KeySecret;
import io.annals.store.KnownSecret;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** The tables of tokens and of their secrets. */
final class PostgresTokens {
  static final String INSERT =
      """
      INSERT INTO annals.api_token
        (tenant_id, id, created_at, name, key_prefix, scopes, service_account_id, user_id,
         created_by, expires_at)
      VALUES ($1::uuid, $2::uuid, $3::bigint, $4::text, $5::text, $6::text[], $7::uuid, $8::text,
              $9::text, $10::bigint)""";

  static final String INSERT_SECRET =
      """
      INSERT INTO annals.api_secret (tenant_id, token_id, key_prefix, sha256)
      VALUES ($1::uuid, $2::uuid, $3::text, $4::bytea)""";

  static final String COLUMNS =
      """
      token.id, token.created_at, token.name, token.key_prefix, token.scopes,
        token.service_account_id, token.user_id, token.created_by, token.expires_at,
        token.last_used_at, token.revoked_at""";

  static final String ONE =
      """
      SELECT %s FROM annals.api_token AS token
      WHERE tenant_id = $1::uuid AND id = $2::uuid"""
          .formatted(COLUMNS);

  /** A token as it is, and stays until the transaction ends. */
  static final String LOCK = ONE + " FOR UPDATE";

  /** The tokens of an account that are not revoked. All transactions lock in the order of ids. */
  static final String LOCK_OF_ACCOUNT =
      """
      SELECT %s FROM annals.api_token AS token
      WHERE tenant_id = $1::uuid AND service_account_id = $2::uuid AND revoked_at IS NULL
      ORDER BY id FOR UPDATE"""
          .formatted(COLUMNS);

  static final String REVOKE =
      """
      UPDATE annals.api_token SET revoked_at = $3::bigint
      WHERE tenant_id = $1::uuid AND id = ANY($2::uuid[])""";

  static final String SET_PREFIX =
      """
      UPDATE annals.api_token SET key_prefix = $3::text
      WHERE tenant_id = $1::uuid AND id = $2::uuid""";

  /** Least passes over null, which is the newest secret's. */
  static final String END_SECRETS =
      """
      UPDATE annals.api_secret SET valid_until = least(valid_until, $3::bigint)
      WHERE tenant_id = $1::uuid AND token_id = $2::uuid""";

  static final String USED =
      """
      WITH locked AS (
        SELECT token.id, sent.at
        FROM unnest($2::uuid[], $3::bigint[]) AS sent (id, at)
        JOIN annals.api_token AS token ON token.tenant_id = $1::uuid AND token.id = sent.id
        WHERE token.last_used_at IS NULL OR token.last_used_at < sent.at
        ORDER BY token.id FOR UPDATE OF token)
      UPDATE annals.api_token AS token SET last_used_at = locked.at
      FROM locked WHERE token.tenant_id = $1::uuid AND token.id = locked.id""";

  /** Acts for the tenant whose the secret is, if there is one. */
  static final String ACT_FOR_OWNER =
      "SELECT set_config('annals.tenant', annals.tenant_of_key($1::text)::text, true)";

  static final String KNOWN =
      """
      SELECT %s, secret.tenant_id, secret.key_prefix, secret.sha256, secret.valid_until
      FROM annals.api_secret AS secret
      JOIN annals.api_token AS token
        ON token.tenant_id = secret.tenant_id AND token.id = secret.token_id
      WHERE secret.key_prefix = $1::text"""
          .formatted(COLUMNS);

  private PostgresTokens() {}

  static Tuple insertParameters(TenantId tenant, ApiToken token) {
    return Tuple.of(tenant.value(), token.id(), token.createdAtMillis(), token.name())
        .addString(token.keyPrefix())
        .addArrayOfString(token.scopes().toArray(String[]::new))
        .addUUID(token.serviceAccountId())
        .addString(token.userId())
        .addString(token.createdBy())
        .addLong(token.expiresAtMillis());
  }

  static Tuple secretParameters(TenantId tenant, UUID tokenId, KeySecret secret) {
    return Tuple.of(tenant.value(), tokenId, secret.keyPrefix(), secret.sha256());
  }

  static ApiToken token(Row row) {
    return new ApiToken(
        row.getUUID(0),
        row.getString(2),
        row.getString(3),
        List.of(row.getArrayOfStrings(4)),
        row.getUUID(5),
        row.getString(6),
        row.getLong(1),
        row.getString(7),
        row.getLong(8),
        row.getLong(9),
        row.getLong(10));
  }

  static List<ApiToken> tokens(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(PostgresTokens::token).toList();
  }

  static UUID[] ids(List<ApiToken> tokens) {
    return tokens.stream().map(ApiToken::id).toArray(UUID[]::new);
  }

  /** A row of {@link #KNOWN}. */
  static KnownSecret known(Row row) {
    return new KnownSecret(
        new TenantId(row.getUUID(11)),
        token(row),
        new KeySecret(row.getString(12), row.getBuffer(13)),
        row.getLong(14));
  }

  static PostgresKeyList<ApiToken> list(TenantId tenant, KeyQuery query) {
    PostgresKeyList<ApiToken> list =
        new PostgresKeyList<>(
            tenant,
            "annals.api_token AS token",
            COLUMNS,
            PostgresTokens::token,
            ApiToken::position);
    UUID account = query.serviceAccountId();
    if (account != null) {
      list.where("service_account_id = $%d::uuid", account);
    }
    ApiToken.Status status = query.status();
    if (status == null) {
      return list;
    }
    return switch (status) {
      case REVOKED -> list.where("revoked_at IS NOT NULL");
      case EXPIRED ->
          list.where("revoked_at IS NULL").where("expires_at <= $%d::bigint", query.nowMillis());
      case ACTIVE ->
          list.where("revoked_at IS NULL")
              .where("(expires_at IS NULL OR expires_at > $%d::bigint)", query.nowMillis());
    };
  }
}
