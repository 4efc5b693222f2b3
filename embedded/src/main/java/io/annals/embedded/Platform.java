package io.annals.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Predicate;

/** An operating system and processor that there are PostgreSQL binaries for. */
enum Platform {
  LINUX_AMD64("/postgres-linux-x86_64.txz", "/lib64/ld-linux-x86-64.so.2"),
  LINUX_ARM64("/postgres-linux-arm_64.txz", "/lib/ld-linux-aarch64.so.1"),
  DARWIN_AMD64("/postgres-darwin-x86_64.txz", "/"),
  DARWIN_ARM64("/postgres-darwin-arm_64.txz", "/");

  private final String archive;

  /** The dynamic loader the binaries name: without it (musl, NixOS) they do not run. */
  private final Path loader;

  Platform(String archive, String loader) {
    this.archive = archive;
    this.loader = Path.of(loader);
  }

  /** The class path resource that holds the binaries. */
  String archive() {
    return archive;
  }

  static Platform current() throws IOException {
    return of(System.getProperty("os.name"), System.getProperty("os.arch"), Files::exists);
  }

  static Platform of(String osName, String osArch, Predicate<Path> exists) throws IOException {
    String os = osName.toLowerCase(Locale.ROOT);
    boolean amd64 = osArch.equals("amd64") || osArch.equals("x86_64");
    boolean arm64 = osArch.equals("aarch64") || osArch.equals("arm64");
    if (!amd64 && !arm64) {
      throw unsupported(osName, osArch, "");
    }
    if (os.startsWith("mac")) {
      return amd64 ? DARWIN_AMD64 : DARWIN_ARM64;
    }
    if (!os.equals("linux")) {
      throw unsupported(osName, osArch, "");
    }
    Platform linux = amd64 ? LINUX_AMD64 : LINUX_ARM64;
    if (!exists.test(linux.loader)) {
      throw unsupported(osName, osArch, " without glibc (no " + linux.loader + ")");
    }
    return linux;
  }

  private static IOException unsupported(String osName, String osArch, String detail) {
    return new ServerFailure(
        "Annals carries no PostgreSQL for "
            + (osName + " on " + osArch + detail)
            + ": start a PostgreSQL yourself and set ANNALS_POSTGRES_URI");
  }
}
