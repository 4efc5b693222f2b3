package io.annals.store.cassandra;

import io.annals.metrics.Bounds;
import io.annals.model.ActivityStream;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityPolicy;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Takes lists of events apart: each row into the partition that the token's layout names, and each
 * list acknowledged when all its rows are written and can be found.
 *
 * <p>May be called from any thread. Rows are encoded and placed on the caller's; the rest happens
 * on the driver's.
 */
final class CassandraWriter {
  /**
   * Of tokens and ties that are new to this server, at once: a quarter of what the driver sends.
   */
  private static final int LOOK_UPS_MAX = 256;

  private final ActivityPolicy policy;
  private final CassandraIndex index;
  private final CassandraAccounts accounts;
  private final CassandraBatches batches;
  private final CassandraTokens tokens;
  private final CassandraBound bound;
  private final CassandraTurns lookUps = new CassandraTurns(LOOK_UPS_MAX);
  private final long timeoutNanos;

  /** Prepares its statements; blocks. */
  CassandraWriter(
      CassandraQueries queries, CassandraIndex index, ActivityPolicy policy, int timeoutMillis) {
    this.policy = policy;
    this.index = index;
    timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    MeterRegistry meters = queries.meters();
    tokens = new CassandraTokens(meters);
    bound = new CassandraBound(meters);
    accounts = new CassandraAccounts(queries);
    batches = new CassandraBatches(queries, index, policy.clock(), bound);
    Bounds.pool(
        meters,
        "cassandra_look_ups",
        "statements",
        LOOK_UPS_MAX,
        lookUps,
        CassandraTurns::underWay);
    Gauge.builder("annals.cassandra.look.ups.waiting", lookUps, CassandraTurns::waiting)
        .description("Look-ups of new tokens that wait; bounded by the rows under way")
        .register(meters);
  }

  /** As {@link io.annals.store.ActivityStore#append}, answered on any thread. */
  Future<Void> append(TenantId tenant, List<NewActivity> events) {
    Set<CassandraAccounts.Tie> ties = ties(tenant, events);
    CassandraAppend append =
        new CassandraAppend(events.size() + ties.size(), System.nanoTime() + timeoutNanos);
    List<CassandraRow> all = new ArrayList<>(events.size());
    Map<UUID, List<CassandraRow>> byToken = new HashMap<>();
    for (NewActivity activity : events) {
      Event event = activity.event();
      int ttlSeconds = CassandraTtl.ofEvent(policy, event.createdAtMillis());
      if (ttlSeconds > 0) {
        CassandraRow row = new CassandraRow(append, event, ttlSeconds);
        all.add(row);
        byToken.computeIfAbsent(ActivityStream.tokenOf(event), t -> new ArrayList<>()).add(row);
      }
    }
    try {
      bound.admit(all);
    } catch (StoreException refused) {
      return Future.failedFuture(refused);
    }
    for (CassandraAccounts.Tie tie : ties) {
      lookUps
          .run(() -> append.isGivenUp(System.nanoTime()) ? tooLate() : accounts.write(tie))
          .onSuccess(done -> append.stored(1))
          .onFailure(e -> refuse(append, e));
    }
    List<CassandraBatches.Placed> placed = new ArrayList<>(all.size());
    byToken.forEach((token, rows) -> place(tokens.of(tenant, token), rows, placed));
    batches.add(placed);
    int gone = events.size() - all.size();
    if (gone > 0 || events.isEmpty()) {
      append.stored(gone);
    }
    return append.future();
  }

  /** Takes nothing further in; succeeds when all that was taken is answered. */
  Future<Void> close() {
    return bound.close();
  }

  private Set<CassandraAccounts.Tie> ties(TenantId tenant, List<NewActivity> events) {
    Set<CassandraAccounts.Tie> ties = new HashSet<>(0);
    for (NewActivity activity : events) {
      UUID account = activity.serviceAccountId();
      if (account != null) {
        CassandraAccounts.Tie tie =
            new CassandraAccounts.Tie(tenant, account, ActivityStream.tokenOf(activity.event()));
        if (!accounts.isWritten(tie)) {
          ties.add(tie);
        }
      }
    }
    return ties;
  }

  private void place(
      CassandraTokenRows token, List<CassandraRow> rows, List<CassandraBatches.Placed> placed) {
    int before = token.entries();
    token.place(rows, policy, placed).forEach(floor -> read(token, floor));
    if (token.entries() != before) {
      tokens.grown(token);
    }
  }

  private void read(CassandraTokenRows token, CassandraFloor floor) {
    lookUps
        .run(() -> token.isGivenUp(floor) ? tooLate() : learnt(token, floor))
        .onComplete(
            (found, failure) -> {
              if (failure == null) {
                List<CassandraBatches.Placed> placed = new ArrayList<>();
                tokens.grown(token);
                place(token, found, placed);
                batches.add(placed);
              } else {
                List<CassandraRow> rows = token.waitedFor(floor);
                rows.forEach(row -> refuse(row.append, failure));
                bound.release(rows);
              }
            });
  }

  /** The rows that waited for a floor, which the token knows now. */
  private Future<List<CassandraRow>> learnt(CassandraTokenRows token, CassandraFloor floor) {
    long nowMillis = policy.clock().millis();
    return index.floor(token.token(), floor).map(entries -> token.read(floor, entries, nowMillis));
  }

  private static <T> Future<T> tooLate() {
    return Future.failedFuture(
        new StoreException(Kind.TIMEOUT, "rows waited too long for Cassandra", null));
  }

  private static void refuse(CassandraAppend append, Throwable failure) {
    append.refuse(CassandraFailures.translate(failure));
  }
}
