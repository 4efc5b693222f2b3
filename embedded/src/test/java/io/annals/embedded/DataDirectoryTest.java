package io.annals.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataDirectoryTest {
  @TempDir private Path parent = Path.of("");

  @Test
  void linkToDirectory_isFollowed() throws IOException {
    Path real = Files.createDirectory(parent.resolve("real"));
    Path link = Files.createSymbolicLink(parent.resolve("link"), real);
    assertThat(DataDirectory.prepare(link)).isEqualTo(real.toRealPath());
  }

  @ParameterizedTest
  @ValueSource(strings = {"$HOME", "a`b`", "a\"b", "a\\b", "a\nb"})
  void shellCharacters_areRefused(String name) {
    assertThatThrownBy(() -> DataDirectory.prepare(parent.resolve(name)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot keep its data");
  }

  @Test
  void deletion_sparesWhatIsComplete() throws IOException {
    Path complete = Files.createDirectory(parent.resolve("pgdata"));
    Path incomplete = DataDirectory.incomplete(complete);
    Files.createDirectories(incomplete.resolve("a/b"));
    DataDirectory.deleteIncomplete(complete);
    assertThat(parent).isDirectoryContaining(complete::equals);
    assertThat(incomplete).doesNotExist();
  }
}
