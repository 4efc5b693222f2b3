package io.annals.store.postgres;

import io.annals.model.ServiceAccount;
import io.annals.model.TenantId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;

/** The table of service accounts. */
final class PostgresAccounts {
  static final String INSERT =
      """
      INSERT INTO annals.service_account
        (tenant_id, id, created_at, name, description, created_by)
      VALUES ($1::uuid, $2::uuid, $3::bigint, $4::text, $5::text, $6::text)""";

  private static final String COLUMNS = "id, created_at, name, description, created_by";

  static final String ONE =
      """
      SELECT %s FROM annals.service_account
      WHERE tenant_id = $1::uuid AND id = $2::uuid AND deleted_at IS NULL"""
          .formatted(COLUMNS);

  /** An account as long as a transaction needs it to exist. */
  static final String HOLD = ONE + " FOR SHARE";

  /** An account that is to be deleted, or was. */
  static final String LOCK =
      """
      SELECT deleted_at FROM annals.service_account
      WHERE tenant_id = $1::uuid AND id = $2::uuid FOR UPDATE""";

  static final String DELETE =
      """
      UPDATE annals.service_account SET deleted_at = $3::bigint
      WHERE tenant_id = $1::uuid AND id = $2::uuid""";

  static final String EXISTED =
      "SELECT FROM annals.service_account WHERE tenant_id = $1::uuid AND id = $2::uuid";

  private PostgresAccounts() {}

  static Tuple insertParameters(TenantId tenant, ServiceAccount account) {
    return Tuple.of(
        tenant.value(),
        account.id(),
        account.createdAtMillis(),
        account.name(),
        account.description(),
        account.createdBy());
  }

  static ServiceAccount account(Row row) {
    return new ServiceAccount(
        row.getUUID(0), row.getString(2), row.getString(3), row.getLong(1), row.getString(4));
  }

  static PostgresKeyList<ServiceAccount> list(TenantId tenant) {
    return new PostgresKeyList<>(
            tenant,
            "annals.service_account",
            COLUMNS,
            PostgresAccounts::account,
            ServiceAccount::position)
        .where("deleted_at IS NULL");
  }
}
