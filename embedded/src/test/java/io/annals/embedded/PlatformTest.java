package io.annals.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PlatformTest {
  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, LINUX_AMD64",
    "Linux, aarch64, LINUX_ARM64",
    "Mac OS X, x86_64, DARWIN_AMD64",
    "Mac OS X, aarch64, DARWIN_ARM64",
  })
  void supportedSystem_isFound(String os, String arch, Platform expected) throws IOException {
    assertThat(Platform.of(os, arch, path -> true)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"Windows 11, amd64", "FreeBSD, amd64", "Linux, ppc64le", "Linux, x86"})
  void otherSystem_isToldWhatToDo(String os, String arch) {
    assertThatThrownBy(() -> Platform.of(os, arch, path -> true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(os + " on " + arch)
        .hasMessageContaining("set ANNALS_POSTGRES_URI");
  }

  @Test
  void linuxWithoutGlibc_isToldWhatToDo() {
    Path glibc = Path.of("/lib64/ld-linux-x86-64.so.2");
    assertThatThrownBy(() -> Platform.of("Linux", "amd64", path -> !path.equals(glibc)))
        .hasMessageContaining("without glibc")
        .hasMessageContaining("set ANNALS_POSTGRES_URI");
  }

  @ParameterizedTest
  @EnumSource
  void everyPlatform_hasItsBinaries(Platform platform) throws IOException {
    try (InputStream archive = Platform.class.getResourceAsStream(platform.archive())) {
      assertThat(archive).isNotNull();
    }
  }
}
