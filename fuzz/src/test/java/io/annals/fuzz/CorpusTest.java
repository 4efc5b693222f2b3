package io.annals.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The kept inputs, every finding that was mended among them, without the fuzzer. */
class CorpusTest {
  private static final Path CORPUS = Path.of("corpus");
  private static final int FILE_BYTES_MAX = 8192;

  @TestFactory
  Stream<DynamicTest> keptInputs_breakNoRule() {
    return Targets.names().stream()
        .filter(name -> !name.equals(Targets.REQUESTS)) // FuzzIT has a server for it
        .map(name -> DynamicTest.dynamicTest(name, () -> check(name)));
  }

  private static void check(String name) throws Exception {
    ErrorLog errors = ErrorLog.watch();
    Target target = Targets.open(name);
    target.check(new byte[0]);
    for (Path file : inputs(name)) {
      assertThat(Files.size(file)).as("%s", file).isLessThanOrEqualTo(FILE_BYTES_MAX);
      try {
        target.check(Files.readAllBytes(file));
        errors.check();
      } catch (Throwable e) {
        throw new AssertionError(file + ": " + e, e);
      }
    }
  }

  private static List<Path> inputs(String name) {
    try (Stream<Path> files = Files.list(CORPUS.resolve(name))) {
      List<Path> inputs = files.sorted().toList();
      assertThat(inputs).isNotEmpty();
      return inputs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
