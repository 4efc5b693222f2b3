package io.annals.store;

import java.util.List;
import java.util.UUID;

/** Ids that are already taken by events with other content. */
public final class ConflictException extends StoreException {
  private static final long serialVersionUID = 1;

  private final transient List<UUID> ids;

  /** A conflict about these ids, at least one. */
  public ConflictException(List<UUID> ids) {
    super(Kind.CONFLICT, "already stored with other content: " + ids, null);
    this.ids = List.copyOf(ids);
  }

  /** The ids in the order in which they were sent. */
  public List<UUID> ids() {
    return ids;
  }
}
