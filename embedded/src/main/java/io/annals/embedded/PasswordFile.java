package io.annals.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** {@code <directory>/password}: the superuser's password, for the directory's owner only. */
final class PasswordFile {
  private static final int PASSWORD_BYTES = 32;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path file;

  PasswordFile(Path home) {
    this.file = home.resolve("password");
  }

  Path file() {
    return file;
  }

  /** Returns the password of an existing database. */
  String read() throws IOException {
    String password = Files.exists(file) ? Files.readString(file, US_ASCII).strip() : "";
    if (password.isEmpty()) {
      throw new ServerFailure(
          "The password of the database is missing: bring " + file + " back from a backup");
    }
    Files.setPosixFilePermissions(file, OWNER_ONLY);
    return password;
  }

  /** Returns the password for a new database; makes one unless an interrupted start has. */
  String readOrCreate() throws IOException {
    if (!Files.exists(file)) {
      create();
    }
    return read();
  }

  private void create() throws IOException {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    // Complete or not there: a torn password would lock everybody out.
    Path incomplete = file.resolveSibling("password.incomplete");
    Files.deleteIfExists(incomplete);
    try (FileChannel channel =
        FileChannel.open(
            incomplete,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      channel.write(US_ASCII.encode(password + "\n"));
      channel.force(true);
    }
    DataDirectory.rename(incomplete, file);
  }
}
