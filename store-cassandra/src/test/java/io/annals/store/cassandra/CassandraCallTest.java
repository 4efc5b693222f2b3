package io.annals.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.ActivityStream;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import io.annals.tck.ActivitySamples;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class CassandraCallTest {
  @Test
  void event_comesBackFromItsBytes() {
    ActivitySamples samples = new ActivitySamples(9);
    for (NewActivity call : samples.calls(UUID.randomUUID(), 500, 0, 1000)) {
      Event event = call.event();
      assertThat(
              CassandraCall.event(
                  ActivityStream.tokenOf(event),
                  event.createdAtMillis(),
                  CassandraCall.id(CassandraCall.bytes(event.id())),
                  CassandraCall.bytes(event)))
          .isEqualTo(event);
    }
  }

  @Test
  void ids_areOrderedAsTheirBytes() {
    UUID low = new UUID(1, -1);
    UUID high = new UUID(-1, 0);
    assertThat(CassandraCall.bytes(low).get(0)).isZero();
    assertThat(CassandraCall.bytes(high).array()).hasSize(16).startsWith((byte) -1);
  }
}
