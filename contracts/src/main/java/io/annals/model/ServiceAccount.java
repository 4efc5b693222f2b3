package io.annals.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An owner of API keys that is no person.
 *
 * @param name 1..256 characters, not unique
 * @param description what it is for; null where nobody said so
 * @param createdAtMillis epoch milliseconds
 * @param createdBy who created it
 */
public record ServiceAccount(
    UUID id, String name, @Nullable String description, long createdAtMillis, String createdBy) {

  /** Where it stands in the list of its tenant's accounts. */
  public Position position() {
    return new Position(createdAtMillis, id);
  }
}
