package io.annals.cli.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Takes an audit log item as the API takes it. One without an {@code id} gets one from its content,
 * so that two lines that say the same, time included, are one item. The server checks the rest.
 */
final class AuditLogItems implements Format.Mapping<ObjectNode> {
  private static final Set<String> REQUIRED =
      Set.of("actor_id", "actor_type", "action", "resource_type", "resource_id");

  @Override
  public Item map(ObjectNode record, String place) throws UnusableException {
    if (REQUIRED.stream().noneMatch(record::has)) {
      throw UnusableException.alien("no audit log item", JsonText.text(record));
    }
    if (!Storable.isClean(record)) {
      throw UnusableException.defect(
          "a string holds U+0000 or a lone surrogate", "which cannot be stored");
    }
    JsonNode given = record.path("id");
    Optional<UUID> id = ContentId.parse(given.asText());
    if (given.isMissingNode()) {
      id = Optional.of(ContentId.of(record));
      record.put("id", id.get().toString());
    }
    if (id.isEmpty()) {
      throw UnusableException.defect("its id is no UUID", given.toString());
    }
    return new Item(place, id.get(), JsonText.bytes(record));
  }
}
