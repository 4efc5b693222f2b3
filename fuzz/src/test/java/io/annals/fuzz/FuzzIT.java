package io.annals.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A moment of fuzzing; {@code make fuzz} does it for as long as is wanted. */
class FuzzIT {
  @Test
  void everyTarget_hasNoFinding() throws Exception {
    Outcome outcome = Fuzzer.in(Path.of("")).run(Targets.EVERY, Duration.ofSeconds(10));
    assertThat(outcome.executions()).isPositive();
    assertThat(outcome.findings()).as("see fuzz/target/fuzz/%s", Targets.EVERY).isZero();
  }
}
