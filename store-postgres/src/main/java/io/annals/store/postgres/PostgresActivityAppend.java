package io.annals.store.postgres;

import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** One caller's calls on their way into a transaction. */
final class PostgresActivityAppend extends PostgresAppend<NewActivity, Void> {
  PostgresActivityAppend(TenantId tenant, List<NewActivity> events) {
    super(tenant, events);
  }

  /** None: what is there already is passed over, whoever stored it. */
  @Override
  Set<UUID> exclusiveIds() {
    return Set.of();
  }
}
