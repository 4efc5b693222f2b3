package io.annals.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CassandraLibrariesTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void classPath_isOursAndTheServersOnly() throws IOException {
    assertThat(CassandraLibraries.classPath(17, directory.toString()).split(":", -1))
        .hasSize(2)
        .contains(directory + "/*");
  }

  @Test
  void missingDirectory_isNamed() {
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> CassandraLibraries.classPath(17, missing.toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("libraries are missing in " + missing);
  }

  @Test
  void noDirectory_isOneBesideTheJar() {
    assertThatThrownBy(() -> CassandraLibraries.classPath(17, null))
        .hasMessageContaining("target/cassandra");
  }

  @Test
  void otherJava_isRefused() {
    assertThatThrownBy(() -> CassandraLibraries.classPath(25, directory.toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Java 17, and this is Java 25");
  }
}
