package io.annals.store.cassandra;

import io.annals.model.TenantId;
import java.util.UUID;

/** A token of a tenant: the first half of every partition's key. */
record CassandraToken(TenantId tenant, UUID id) {}
