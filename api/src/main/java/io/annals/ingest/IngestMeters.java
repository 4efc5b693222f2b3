package io.annals.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What becomes of activity that is sent; counted by the chunk.
 *
 * @param accepted events that are stored
 * @param rejected events that are not, as something is wrong with them
 * @param retries chunks that the store had no room for, tried again
 */
record IngestMeters(Counter accepted, Counter rejected, Counter retries) {
  static IngestMeters of(MeterRegistry meters) {
    return new IngestMeters(
        events(meters, "accepted"),
        events(meters, "rejected"),
        Counter.builder("annals.ingest.retries")
            .description("Chunks that the store had no room for, tried again")
            .register(meters));
  }

  private static Counter events(MeterRegistry meters, String outcome) {
    return Counter.builder("annals.ingest.events")
        .tag("outcome", outcome)
        .description("Events of activity that were sent")
        .register(meters);
  }
}
