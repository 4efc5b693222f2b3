package io.annals.tck;

import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.Field;
import io.annals.model.NewEvent;
import io.annals.model.Page;
import io.annals.model.Position;
import io.annals.model.TenantId;
import io.annals.model.TimeRange;
import io.annals.store.AuditStore;
import io.annals.store.ConflictException;
import io.annals.store.EventQuery;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/** Audit streams in sorted maps, one call at a time. */
final class MemoryAuditStore implements AuditStore {
  private static final long HOUR_MILLIS = 3_600_000;

  private record Key(TenantId tenant, String stream) {}

  private static final class Trail {
    final TreeMap<Position, Event> byPosition = new TreeMap<>();
    final Map<UUID, Event> byId = new HashMap<>();
  }

  private final Map<Key, Trail> trails = new HashMap<>();

  @Override
  public synchronized Future<Page<Event>> page(
      TenantId tenant, EventStream stream, EventQuery query) {
    Trail trail = trail(tenant, stream);
    Predicate<Event> wanted = wanted(stream, query);
    List<Event> found =
        trail.byPosition.headMap(query.ceiling(), false).descendingMap().values().stream()
            .filter(wanted)
            .skip(query.skip())
            .limit(query.limit() + 1L)
            .toList();
    return Future.succeededFuture(
        Page.of(found, query.limit(), Event::position, total(trail, stream, query)));
  }

  @Override
  public synchronized Future<Appended> append(
      TenantId tenant, EventStream stream, List<NewEvent> events) {
    Trail trail = trail(tenant, stream);
    Map<UUID, Event> added = new HashMap<>();
    List<UUID> conflicts = new ArrayList<>();
    for (NewEvent candidate : events) {
      UUID id = candidate.event().id();
      Event stored = trail.byId.getOrDefault(id, added.get(id));
      if (stored == null) {
        added.put(id, candidate.event());
      } else if (!candidate.sameAs(stored, stream)) {
        conflicts.add(id);
      }
    }
    if (!conflicts.isEmpty()) {
      return Future.failedFuture(new ConflictException(conflicts));
    }
    trail.byId.putAll(added);
    added.values().forEach(event -> trail.byPosition.put(event.position(), event));
    return Future.succeededFuture(new Appended(added.size(), events.size() - added.size()));
  }

  private Trail trail(TenantId tenant, EventStream stream) {
    return trails.computeIfAbsent(new Key(tenant, stream.name()), key -> new Trail());
  }

  private static Predicate<Event> wanted(EventStream stream, EventQuery query) {
    Predicate<Event> wanted = event -> query.range().contains(event.createdAtMillis());
    for (Map.Entry<Field, Object> filter : query.filters().entrySet()) {
      int index = stream.indexOf(filter.getKey().name());
      wanted = wanted.and(event -> filter.getValue().equals(event.value(index)));
    }
    return wanted;
  }

  private static OptionalLong total(Trail trail, EventStream stream, EventQuery query) {
    if (!stream.isCounted()) {
      return OptionalLong.empty();
    }
    List<Event> matching =
        trail.byPosition.values().stream().filter(wanted(stream, query)).toList();
    TimeRange range = query.range();
    long edges =
        matching.stream().filter(event -> inPartialHour(event.createdAtMillis(), range)).count();
    return edges > EDGE_EVENTS_MAX ? OptionalLong.empty() : OptionalLong.of(matching.size());
  }

  /** Whether the event's hour is cut by an end of the range. */
  private static boolean inPartialHour(long createdAtMillis, TimeRange range) {
    long hourStart = Math.floorDiv(createdAtMillis, HOUR_MILLIS) * HOUR_MILLIS;
    return hourStart < range.fromMillis() || hourStart + HOUR_MILLIS > range.toMillis();
  }
}
