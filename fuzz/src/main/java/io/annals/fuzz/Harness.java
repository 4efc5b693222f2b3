package io.annals.fuzz;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the fuzzer calls, by the names that libFuzzer gave to such methods. */
public final class Harness {
  private static @Nullable Target target;
  private static @Nullable ErrorLog errors;

  private Harness() {}

  /** Opens the target that the only argument names. */
  public static void fuzzerInitialize(String[] arguments) throws Exception {
    errors = ErrorLog.watch();
    target = Targets.open(arguments[0]);
  }

  /** Checks one input; what it throws is a finding. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    Objects.requireNonNull(target).check(input);
    Objects.requireNonNull(errors).check();
  }
}
