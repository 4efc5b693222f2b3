package io.annals.store.postgres;

import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.NewEvent;
import io.annals.model.TenantId;
import io.annals.store.AuditStore.Appended;
import io.annals.store.ConflictException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** One caller's list on its way into a transaction, each id once. */
final class PostgresAuditAppend extends PostgresAppend<NewEvent, Appended> {
  private final PostgresTable table;
  private final int sent;

  /**
   * Takes the list apart.
   *
   * @throws ConflictException if it holds an id twice with different content
   */
  PostgresAuditAppend(TenantId tenant, PostgresTable table, List<NewEvent> sent) {
    super(tenant, eachOnce(table.stream(), sent));
    this.table = table;
    this.sent = sent.size();
  }

  private static List<NewEvent> eachOnce(EventStream stream, List<NewEvent> sent) {
    List<NewEvent> events = new ArrayList<>(sent.size());
    Map<UUID, Event> seen = new HashMap<>();
    List<UUID> conflicts = new ArrayList<>();
    for (NewEvent event : sent) {
      Event first = event.idGiven() ? seen.putIfAbsent(event.event().id(), event.event()) : null;
      if (first == null) {
        events.add(event);
      } else if (!event.sameAs(first, stream)) {
        conflicts.add(first.id());
      }
    }
    if (!conflicts.isEmpty()) {
      throw new ConflictException(conflicts);
    }
    return events;
  }

  PostgresTable table() {
    return table;
  }

  /** Those that its sender chose: so within a group a taken id was committed before. */
  @Override
  Set<UUID> exclusiveIds() {
    Set<UUID> ids = new HashSet<>();
    for (NewEvent event : events()) {
      if (event.idGiven()) {
        ids.add(event.event().id());
      }
    }
    return ids;
  }

  /** Answers the caller after the commit. */
  void acknowledge(Collection<UUID> notInserted) {
    long accepted =
        notInserted.isEmpty()
            ? size()
            : events().stream().filter(e -> !notInserted.contains(e.event().id())).count();
    acknowledge(new Appended((int) accepted, sent - (int) accepted));
  }
}
