package io.annals.model;

import java.util.UUID;

/**
 * The tenant whose records are meant. It comes from a credential, never from a body or a cursor.
 *
 * @param value the tenant's UUID, of any version
 */
public record TenantId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
