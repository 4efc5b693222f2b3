package io.annals.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostmasterFileTest {
  private static final String READY =
      "77\n/data\n1795240951\n5999\n\n127.0.0.1\n  21 6\nready   \n";

  @TempDir private Path data = Path.of("");
  private Path file = data;

  @BeforeEach
  void nameFile() {
    file = data.resolve("postmaster.pid");
  }

  @Test
  void readyServer_tellsProcessPortAndStatus() throws IOException {
    Files.writeString(file, READY);
    PostmasterFile told = PostmasterFile.read(data).orElseThrow();
    assertThat(told).isEqualTo(new PostmasterFile(77, 5999, "ready"));
    assertThat(told.isReadyOn(5999)).isTrue();
    assertThat(told.isReadyOn(5998)).isFalse();
  }

  @Test
  void startingServer_tellsItsProcess() throws IOException {
    Files.writeString(file, "77\n/data\n1795240951\n5999\n\n");
    assertThat(PostmasterFile.read(data)).contains(new PostmasterFile(77, 5999, ""));
  }

  @Test
  void missingOrTornFile_tellsNothing() throws IOException {
    assertThat(PostmasterFile.read(data)).isEmpty();
    PostmasterFile.disown(data);
    Files.writeString(file, "");
    assertThat(PostmasterFile.read(data)).isEmpty();
    PostmasterFile.disown(data);
    assertThat(file).doesNotExist();
  }

  @Test
  void disownedFile_namesNoProcessAndKeepsTheMemoryKey() throws IOException {
    Files.writeString(file, READY);
    PostmasterFile.disown(data);
    assertThat(Files.readString(file)).isEqualTo(READY.replaceFirst("77", "2147483647"));
    PostmasterFile told = PostmasterFile.read(data).orElseThrow();
    assertThat(told.isReadyOn(5999)).isFalse();
    assertThat(ProcessHandle.of(told.pid())).isEmpty();
  }
}
