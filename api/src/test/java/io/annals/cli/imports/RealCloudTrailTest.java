package io.annals.cli.imports;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Maps real records, which lie in the folder {@code shared} beside the project. */
class RealCloudTrailTest {
  private static final Path FILE =
      Path.of(System.getProperty("annals.shared", "../../shared"), "data/cloudtrail.ndjson");

  @Test
  void everyRecord_isMappedWithinTheBoundsOfTheContract() throws Exception {
    assertThat(FILE.toAbsolutePath().normalize())
        .as("real records; -Dannals.shared names another folder than ../../shared")
        .exists();
    CloudTrail mapping = new CloudTrail(Clock.systemUTC());
    Set<Object> ids = new HashSet<>();
    try (InputStream in = Source.file(FILE).open(Progress.NONE)) {
      Records<ObjectNode> records = JsonRecords.open(in, "Records");
      for (ObjectNode record; (record = records.next()) != null; ) {
        Item item = mapping.map(record, records.place());
        JsonNode json = JsonText.MAPPER.readTree(item.json());
        for (String field :
            new String[] {"actor_id", "actor_type", "action", "resource_type", "resource_id"}) {
          assertThat(json.path(field).asText())
              .as(item.place())
              .isNotBlank()
              .hasSizeBetween(1, 256);
        }
        assertThat(JsonText.bytes(json.path("metadata"))).hasSizeBetween(100, 32 * 1024);
        ids.add(item.id());
      }
    }
    try (var lines = Files.lines(FILE)) {
      assertThat(ids).hasSize((int) lines.count());
    }
  }
}
