package io.annals.auth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** A file for its owner alone that appears under its name whole, or not at all. */
final class NewFile {
  static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<?> FOR_OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(OWNER_ONLY);

  private NewFile() {}

  /**
   * Makes the file, unless there is one already: then that one stays. When this returns, what is
   * there is on disk.
   *
   * @throws KeyFileException when it cannot be made
   */
  static void create(Path path, String content) {
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      put(path, content, NewFile::link);
    } catch (IOException | UnsupportedOperationException e) {
      throw new KeyFileException("cannot make the key file " + path + ": " + e, e);
    }
  }

  /**
   * Puts this content in place of a file's; whoever opens it finds the one or the other, whole. Its
   * owner stays, also when another user may do this. When this returns, the content is on disk.
   */
  static void replace(Path path, String content) throws IOException {
    put(
        path,
        content,
        (file, draft) -> {
          keepOwner(file, draft);
          Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        });
  }

  /**
   * Waits until no other process holds the lock for this file, and takes it until it is closed. It
   * is on a file beside it, which stays: on the file itself, it would go when that is replaced.
   */
  static FileChannel lock(Path path) throws IOException {
    Path beside = path.resolveSibling(path.getFileName() + ".lock");
    FileChannel channel =
        FileChannel.open(
            beside, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), FOR_OWNER_ONLY);
    try {
      keepOwner(path, beside);
      channel.lock();
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static void keepOwner(Path path, Path other) throws IOException {
    UserPrincipal owner = Files.getOwner(path);
    if (!owner.equals(Files.getOwner(other))) {
      Files.setOwner(other, owner);
    }
  }

  /** How a draft gets its name. */
  private interface Naming {
    void name(Path path, Path draft) throws IOException;
  }

  private static void put(Path path, String content, Naming naming) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    // Closed to others from its first byte on: a chmod afterwards would come too late.
    Path draft = Files.createTempFile(directory, ".auth-", ".tmp", FOR_OWNER_ONLY);
    try {
      write(draft, content);
      naming.name(path, draft);
    } finally {
      Files.deleteIfExists(draft);
    }
    sync(directory);
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
