package io.annals.store.postgres;

import io.annals.model.Event;
import io.annals.model.NewEvent;
import io.annals.model.Position;
import io.annals.model.TenantId;
import io.annals.store.ConflictException;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * One transaction for the lists of many callers. It takes two round trips: everything up to the
 * inserts, then totals and commit. Only when ids turn out to be taken, the stored events are read
 * and compared in between.
 *
 * <p>When the answer to COMMIT is lost, with the connection or to a timeout, the group may or may
 * not be stored, and nobody can tell from here. It is not redone: every caller of the group gets
 * that failure, and by sending its list again, with the same ids, learns from the number of
 * duplicates what had become of it. A list whose ids the server had chosen is stored a second time
 * then.
 */
final class PostgresAuditTransaction {
  /** Ascending ids: two transactions that insert the same ids meet in the same order. */
  private static final Comparator<NewEvent> BY_ID =
      Comparator.comparing(event -> event.event().id(), Position::compareIds);

  /** What the group inserts for one tenant into one table. */
  private static final class Part {
    final TenantId tenant;
    final PostgresTable table;
    final List<PostgresAuditAppend> appends = new ArrayList<>();
    final List<NewEvent> events = new ArrayList<>();
    final Set<UUID> notInserted = new HashSet<>();

    Part(PostgresAuditAppend first) {
      tenant = first.tenant();
      table = first.table();
    }
  }

  private final PgConnection connection;
  private final int slot;
  private final List<Part> parts;

  private PostgresAuditTransaction(
      PgConnection connection, int slot, List<PostgresAuditAppend> group) {
    this.connection = connection;
    this.slot = slot;
    Map<String, Part> byTarget = new TreeMap<>(); // one order for all, against deadlocks
    for (PostgresAuditAppend append : group) {
      Part part =
          byTarget.computeIfAbsent(
              append.table().name() + append.tenant(), target -> new Part(append));
      part.appends.add(append);
      part.events.addAll(append.events());
    }
    parts = List.copyOf(byTarget.values());
    parts.forEach(part -> part.events.sort(BY_ID));
  }

  /** Writes one group. */
  static Future<Void> run(PgConnection connection, int slot, List<PostgresAuditAppend> group) {
    return new PostgresAuditTransaction(connection, slot, group).run();
  }

  /**
   * Commits and answers every caller; or, if some conflict with what is stored, answers those,
   * rolls back, and leaves the others for a further try.
   */
  private Future<Void> run() {
    List<Future<?>> sent = new ArrayList<>();
    sent.add(connection.query("BEGIN").execute());
    for (Part part : parts) {
      sent.add(actFor(part.tenant));
      sent.add(insert(part));
    }
    return Future.join(sent).compose(inserted -> refuseConflicts()).compose(this::finish);
  }

  private Future<?> actFor(TenantId tenant) {
    return connection
        .preparedQuery(PostgresAuditStore.ACT_FOR)
        .execute(Tuple.of(tenant.value().toString()));
  }

  private Future<?> insert(Part part) {
    return connection
        .preparedQuery(part.table.insert())
        .execute(part.table.insertParameters(part.tenant, part.events))
        .onSuccess(inserted -> noteWhatIsMissing(part, inserted));
  }

  private static void noteWhatIsMissing(Part part, RowSet<Row> inserted) {
    if (inserted.rowCount() < part.events.size()) {
      part.events.forEach(event -> part.notInserted.add(event.event().id()));
      inserted.forEach(row -> part.notInserted.remove(row.getUUID(0)));
    }
  }

  /** Compares what was not inserted with what is stored; whether somebody was refused. */
  private Future<Boolean> refuseConflicts() {
    List<Future<?>> sent = new ArrayList<>();
    List<Future<Boolean>> refusals = new ArrayList<>();
    for (Part part : parts) {
      if (!part.notInserted.isEmpty()) {
        sent.add(actFor(part.tenant));
        refusals.add(
            connection
                .preparedQuery(part.table.stored())
                .execute(
                    Tuple.of(part.tenant.value()).addValue(part.notInserted.toArray(UUID[]::new)))
                .map(stored -> refuseConflicts(part, stored)));
      }
    }
    sent.addAll(refusals);
    return sent.isEmpty()
        ? Future.succeededFuture(false)
        : Future.join(sent).map(done -> refusals.stream().anyMatch(Future::result));
  }

  private static boolean refuseConflicts(Part part, RowSet<Row> rows) {
    Map<UUID, Event> stored = new HashMap<>();
    for (Row row : rows) {
      Event event = part.table.event(row);
      stored.put(event.id(), event);
    }
    boolean refused = false;
    for (PostgresAuditAppend append : part.appends) {
      List<UUID> conflicts = new ArrayList<>();
      for (NewEvent event : append.events()) {
        Event other = stored.get(event.event().id());
        if (other != null && !event.sameAs(other, part.table.stream())) {
          conflicts.add(other.id());
        }
      }
      if (!conflicts.isEmpty()) {
        refused = true;
        append.refuse(new ConflictException(conflicts));
      }
    }
    return refused;
  }

  private Future<Void> finish(boolean refused) {
    if (refused) {
      return connection.query("ROLLBACK").execute().mapEmpty();
    }
    List<Future<?>> sent = new ArrayList<>();
    parts.stream()
        .filter(part -> part.table.stream().isCounted())
        .forEach(part -> count(part, sent));
    sent.add(connection.query("COMMIT").execute());
    return Future.join(sent)
        .onSuccess(
            durable ->
                parts.forEach(part -> part.appends.forEach(a -> a.acknowledge(part.notInserted))))
        .mapEmpty();
  }

  private void count(Part part, List<Future<?>> sent) {
    List<Event> inserted =
        part.events.stream()
            .map(NewEvent::event)
            .filter(event -> !part.notInserted.contains(event.id()))
            .toList();
    if (!inserted.isEmpty()) {
      sent.add(actFor(part.tenant));
      sent.add(
          connection
              .preparedQuery(PostgresTotals.ADD)
              .execute(PostgresTotals.additions(part.tenant, part.table.stream(), slot, inserted)));
    }
  }
}
