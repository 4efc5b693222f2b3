package io.annals.store.postgres;

import io.annals.metrics.Bounds;
import io.annals.model.ActivityStream;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityPolicy;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Which tokens belong to which service accounts. A tie that this server wrote within a day is
 * remembered, so that naming it again costs nothing; after a day it is written again, which tells
 * the upkeep that it is still in use.
 */
final class PostgresActivityTies {
  private static final int REMEMBERED_MAX = 100_000;
  private static final long REMEMBERED_MILLIS = TimeUnit.DAYS.toMillis(1);

  private static final String STORE =
      """
      INSERT INTO annals.activity_account AS tie
        (tenant_id, service_account_id, token_id, tied_at)
      SELECT $1::uuid, named.account, named.token, $4::bigint
      FROM unnest($2::uuid[], $3::uuid[]) AS named (account, token)
      ON CONFLICT (tenant_id, service_account_id, token_id) DO UPDATE
      SET tied_at = greatest(tie.tied_at, excluded.tied_at)""";

  /** A token's belonging to an account; in the order in which transactions lock them. */
  record Tie(TenantId tenant, UUID account, UUID token) implements Comparable<Tie> {
    private static final Comparator<Tie> ORDER =
        Comparator.comparing(Tie::account).thenComparing(Tie::token);

    @Override
    public int compareTo(Tie other) {
      return ORDER.compare(this, other);
    }
  }

  private final ActivityPolicy policy;
  private final Map<Tie, Long> writtenAtMillis = new ConcurrentHashMap<>();

  PostgresActivityTies(ActivityPolicy policy, MeterRegistry meters) {
    this.policy = policy;
    Bounds.cache(meters, "postgres_ties", "entries", REMEMBERED_MAX, writtenAtMillis, Map::size);
  }

  /** The ties that these events name and that have to be written. */
  Set<Tie> unknown(TenantId tenant, List<NewActivity> events) {
    long now = policy.clock().millis();
    Set<Tie> unknown = new TreeSet<>();
    for (NewActivity activity : events) {
      UUID account = activity.serviceAccountId();
      if (account != null) {
        Tie tie = new Tie(tenant, account, ActivityStream.tokenOf(activity.event()));
        Long writtenAt = writtenAtMillis.get(tie);
        if (writtenAt == null || Math.abs(now - writtenAt) >= REMEMBERED_MILLIS) {
          unknown.add(tie);
        }
      }
    }
    return unknown;
  }

  /** Writes these ties of one tenant in the connection's transaction. */
  Future<?> store(PgConnection connection, TenantId tenant, Collection<Tie> ties) {
    return connection
        .preparedQuery(STORE)
        .execute(
            Tuple.of(
                tenant.value(),
                ties.stream().map(Tie::account).toArray(UUID[]::new),
                ties.stream().map(Tie::token).toArray(UUID[]::new),
                policy.clock().millis()));
  }

  /** Remembers ties that are durable. */
  void remember(Collection<Tie> ties) {
    if (writtenAtMillis.size() + ties.size() > REMEMBERED_MAX) {
      writtenAtMillis.clear();
    }
    long now = policy.clock().millis();
    ties.forEach(tie -> writtenAtMillis.put(tie, now));
  }
}
