package io.annals.model;

import java.util.UUID;

/**
 * Where an activity event stands in the list of a token or of a service account: ordered by time,
 * then by id, then by token, as different tokens may have events of the same id. It need not be the
 * position of an event: a bounded scan stops between two.
 *
 * @param createdAtMillis epoch milliseconds
 * @param id the event's id, unique for its token and time
 * @param tokenId the event's token
 */
public record ActivityPosition(long createdAtMillis, UUID id, UUID tokenId)
    implements Comparable<ActivityPosition> {
  private static final UUID LOWEST = new UUID(0, 0);
  private static final UUID HIGHEST = new UUID(-1, -1);

  /** Above every event that can be stored. */
  public static final ActivityPosition TOP = new ActivityPosition(Long.MAX_VALUE, HIGHEST, HIGHEST);

  /** The position that lies above exactly the events created before this time. */
  public static ActivityPosition before(long createdAtMillis) {
    return createdAtMillis == Long.MAX_VALUE
        ? TOP
        : new ActivityPosition(createdAtMillis, LOWEST, LOWEST);
  }

  /** The position of an event of {@link ActivityStream#ACTIVITY}. */
  public static ActivityPosition of(Event event) {
    return new ActivityPosition(event.createdAtMillis(), event.id(), ActivityStream.tokenOf(event));
  }

  @Override
  public int compareTo(ActivityPosition other) {
    int time = Long.compare(createdAtMillis, other.createdAtMillis);
    if (time != 0) {
      return time;
    }
    int ids = Position.compareIds(id, other.id);
    return ids != 0 ? ids : Position.compareIds(tokenId, other.tokenId);
  }
}
