package io.annals.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);

  @TempDir private Path parent = Path.of("");

  @Test
  void filesAndLinks_keepTheirKind() throws IOException {
    file("bin/run", 0755);
    file("lib/data.so.1", 0644);
    link("lib/data.so", "data.so.1");
    link("bin/up", "../lib/data.so");
    Path root = unpack();
    assertThat(root.resolve("bin/run")).isExecutable().hasContent("bin/run");
    assertThat(Files.isExecutable(root.resolve("lib/data.so.1"))).isFalse();
    assertThat(Files.readSymbolicLink(root.resolve("lib/data.so"))).isEqualTo(Path.of("data.so.1"));
    assertThat(root.resolve("bin/up")).hasContent("lib/data.so.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "a/../../evil", "a/../../root-and-more/evil"})
  void escapingFile_isRefused(String name) throws IOException {
    file(name, 0644);
    assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining(name);
    assertThat(parent.resolve("evil")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"a, ..", "a, /etc", "a/b, ../../c"})
  void escapingLink_isRefused(String name, String target) throws IOException {
    link(name, target);
    assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining(name);
  }

  @Test
  void unknownKind_isRefused() throws IOException {
    tar.putArchiveEntry(new TarArchiveEntry("pipe", TarConstants.LF_FIFO));
    tar.closeArchiveEntry();
    assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("pipe");
  }

  private void file(String name, int mode) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setMode(mode);
    entry.setSize(name.length());
    tar.putArchiveEntry(entry);
    tar.write(name.getBytes(UTF_8));
    tar.closeArchiveEntry();
  }

  private void link(String name, String target) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private Path unpack() throws IOException {
    tar.finish();
    Path root = Files.createDirectories(parent.resolve("root"));
    new Archive(root).unpack(new ByteArrayInputStream(bytes.toByteArray()));
    return root;
  }
}
