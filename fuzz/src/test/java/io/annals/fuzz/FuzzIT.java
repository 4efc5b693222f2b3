package io.annals.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A moment of fuzzing for each target, as many at once as there are processors; {@code make fuzz}
 * does it for as long as is wanted.
 */
class FuzzIT {
  private static final Fuzzer FUZZER = Fuzzer.in(Path.of(""));

  static Iterable<String> targets() {
    return Targets.names();
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @MethodSource("targets")
  void target_hasNoFinding(String target) throws Exception {
    Outcome outcome = FUZZER.run(target, Duration.ofSeconds(1));
    assertThat(outcome.executions()).isPositive();
    assertThat(outcome.findings()).as("see target/fuzz/%s", target).isZero();
  }
}
