package io.annals.contract;

import io.annals.contract.ItemSchema.Member;
import io.annals.model.Event;
import io.annals.model.NewEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An item as it was decoded: an event, or what is wrong with it. */
public final class Item {
  /** How far a creation time may be ahead of the server's clock. */
  static final long AHEAD_MAX_MILLIS = 5 * 60 * 1000;

  private static final int FAULTS_MAX = 100;

  private final @Nullable Object[] values;
  private final long nowMillis;
  private final Supplier<UUID> ids;
  private long seen;
  private @Nullable UUID id;
  private @Nullable Long createdAtMillis;
  private @Nullable Object beside;
  private List<BodyFault> faults = List.of();

  /** An item with these values, of which nothing has been read yet. */
  Item(@Nullable Object[] values, long nowMillis, Supplier<UUID> ids) {
    this.values = values;
    this.nowMillis = nowMillis;
    this.ids = ids;
  }

  /** What is wrong, by paths from the item; at most 100, empty if it is valid. */
  public List<BodyFault> faults() {
    return faults;
  }

  /** The event of a valid item; id and time are the server's where the item has none. */
  public NewEvent event() {
    UUID ownId = id;
    Long ownTime = createdAtMillis;
    Event event =
        new Event(ownTime == null ? nowMillis : ownTime, ownId == null ? ids.get() : ownId, values);
    return new NewEvent(event, ownId != null, ownTime != null);
  }

  /** The value of the member that stands beside the stream's fields; null if there is none. */
  public @Nullable Object beside() {
    return beside;
  }

  /** Notes a member; false if it was noted before. */
  boolean see(Member member) {
    long before = seen;
    seen |= 1L << member.ordinal();
    return seen != before;
  }

  void put(Member member, Object value) throws InvalidValueException {
    switch (member.place()) {
      case ItemSchema.ID -> id = (UUID) value;
      case ItemSchema.CREATED_AT -> createdAtMillis = notAhead((Long) value);
      case ItemSchema.BESIDE -> beside = value;
      default -> values[member.place()] = value;
    }
  }

  /** Notes what is wrong with a member, or without a path, with the item. */
  void fault(Fault fault, Object... path) {
    if (faults.isEmpty()) {
      faults = new ArrayList<>();
    }
    if (faults.size() < FAULTS_MAX) {
      faults.add(new BodyFault(List.of(path), fault));
    }
  }

  private Long notAhead(Long time) throws InvalidValueException {
    if (time > nowMillis + AHEAD_MAX_MILLIS) {
      throw new InvalidValueException(
          "in_future", "must not be more than 5 minutes ahead of the server's clock");
    }
    return time;
  }
}
