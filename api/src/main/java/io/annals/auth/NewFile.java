package io.annals.auth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file for its owner alone that appears under its name whole, or not at all. */
final class NewFile {
  static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

  private NewFile() {}

  /**
   * Makes the file, unless there is one already: then that one stays. When this returns, what is
   * there is on disk.
   *
   * @throws KeyFileException when it cannot be made
   */
  static void create(Path path, String content) {
    Path directory = path.toAbsolutePath().getParent();
    try {
      Files.createDirectories(directory);
      // Closed to others from its first byte on: a chmod afterwards would come too late.
      Path draft =
          Files.createTempFile(
              directory, ".auth-", ".tmp", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      try {
        write(draft, content);
        link(path, draft);
      } finally {
        Files.deleteIfExists(draft);
      }
      sync(directory);
    } catch (IOException | UnsupportedOperationException e) {
      throw new KeyFileException("cannot make the key file " + path + ": " + e, e);
    }
  }

  private static void write(Path draft, String content) throws IOException {
    try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** A link fails where a rename would replace: that decides between two servers. */
  private static void link(Path path, Path draft) throws IOException {
    try {
      Files.createLink(path, draft);
    } catch (FileAlreadyExistsException e) {
      // Another process was first, and its file is the one to use.
    }
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
