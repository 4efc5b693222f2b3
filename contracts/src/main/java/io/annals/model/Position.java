package io.annals.model;

import java.util.UUID;

/**
 * Where an event stands in its stream. Positions are ordered by time and then by id; lists are
 * served from the greatest to the smallest.
 *
 * <p>Ids are compared as unsigned 128-bit numbers, which is the order of their bytes and of
 * PostgreSQL. {@link UUID#compareTo} compares signed halves and must not be used for this.
 *
 * @param createdAtMillis epoch milliseconds
 * @param id the event's id, unique within its tenant's stream
 */
public record Position(long createdAtMillis, UUID id) implements Comparable<Position> {
  private static final UUID LOWEST_ID = new UUID(0, 0);
  private static final UUID HIGHEST_ID = new UUID(-1, -1);

  /** Above every event that can be stored. */
  public static final Position TOP = new Position(Long.MAX_VALUE, HIGHEST_ID);

  /** The position that lies above exactly the events created before this time. */
  public static Position before(long createdAtMillis) {
    return createdAtMillis == Long.MAX_VALUE ? TOP : new Position(createdAtMillis, LOWEST_ID);
  }

  /** Compares ids in the order of their bytes. */
  public static int compareIds(UUID a, UUID b) {
    int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
  }

  @Override
  public int compareTo(Position other) {
    int time = Long.compare(createdAtMillis, other.createdAtMillis);
    return time != 0 ? time : compareIds(id, other.id);
  }
}
