package io.annals.tck;

import io.annals.model.ActivityPosition;
import io.annals.model.ActivityStream;
import io.annals.model.ActivitySubject;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Activity in a sorted map for each tenant, one call at a time. Searches are never cut short. */
final class MemoryActivityStore implements ActivityStore {
  private static final class Log {
    final TreeMap<ActivityPosition, Event> events = new TreeMap<>();
    final Map<UUID, Set<UUID>> tokensOfAccounts = new HashMap<>();
  }

  private final ActivityPolicy policy;
  private final Map<TenantId, Log> logs = new HashMap<>();

  MemoryActivityStore(ActivityPolicy policy) {
    this.policy = policy;
  }

  @Override
  public synchronized Future<Void> append(TenantId tenant, List<NewActivity> events) {
    Log log = log(tenant);
    for (NewActivity activity : events) {
      Event event = activity.event();
      log.events.putIfAbsent(ActivityPosition.of(event), event);
      UUID account = activity.serviceAccountId();
      if (account != null) {
        log.tokensOfAccounts
            .computeIfAbsent(account, unseen -> new HashSet<>())
            .add(ActivityStream.tokenOf(event));
      }
    }
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Optional<ActivityPage>> page(TenantId tenant, ActivityQuery query) {
    Log log = log(tenant);
    Set<UUID> tokens = tokens(log, query.subject());
    List<Event> known = // newest first
        log.events.descendingMap().values().stream()
            .filter(event -> tokens.contains(ActivityStream.tokenOf(event)))
            .filter(event -> event.createdAtMillis() >= policy.horizonMillis())
            .toList();
    return Future.succeededFuture(
        known.isEmpty() ? Optional.empty() : Optional.of(page(known, query)));
  }

  private Log log(TenantId tenant) {
    return logs.computeIfAbsent(tenant, unseen -> new Log());
  }

  private static Set<UUID> tokens(Log log, ActivitySubject subject) {
    return switch (subject.kind()) {
      case TOKEN -> Set.of(subject.id());
      case SERVICE_ACCOUNT -> log.tokensOfAccounts.getOrDefault(subject.id(), Set.of());
    };
  }

  private static ActivityPage page(List<Event> known, ActivityQuery query) {
    List<Event> matching =
        known.stream()
            .filter(event -> query.range().contains(event.createdAtMillis()))
            .filter(query::matches)
            .toList();
    List<Event> left =
        matching.stream()
            .filter(event -> ActivityPosition.of(event).compareTo(query.below()) < 0)
            .skip(query.skip())
            .toList();
    boolean more = left.size() > query.limit();
    List<Event> items = more ? left.subList(0, query.limit()) : left;
    ActivityPage.Next next =
        more ? new ActivityPage.Next(ActivityPosition.of(items.get(items.size() - 1)), 0) : null;
    return new ActivityPage(items, next, OptionalLong.of(matching.size()));
  }
}
