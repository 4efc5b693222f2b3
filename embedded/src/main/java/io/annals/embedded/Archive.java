package io.annals.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Unpacks a tar archive into an empty directory, and nowhere else. */
final class Archive {
  private static final int OWNER_EXECUTES = 0100;

  private final Path root;

  Archive(Path root) {
    this.root = root;
  }

  /** Returns when everything is on disk: a rename that follows never shows half of it. */
  void unpack(InputStream tarStream) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(tarStream)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry);
      }
    }
    sync();
  }

  private void unpack(TarArchiveInputStream tar, TarArchiveEntry entry) throws IOException {
    Path path = inside(entry, root.resolve(entry.getName()));
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(DataDirectory.parent(path));
    if (entry.isSymbolicLink()) {
      inside(entry, path.resolveSibling(entry.getLinkName()));
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else if (isPlainFile(entry)) {
      Files.copy(tar, path);
      boolean executable = (entry.getMode() & OWNER_EXECUTES) != 0;
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    } else {
      throw new ServerFailure("The archive has an entry of an unknown kind: " + entry.getName());
    }
  }

  /** {@code TarArchiveEntry.isFile} takes pipes and devices for files. */
  private static boolean isPlainFile(TarArchiveEntry entry) {
    byte kind = entry.getLinkFlag();
    return kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_OLDNORM;
  }

  private Path inside(TarArchiveEntry entry, Path path) throws IOException {
    Path normal = path.normalize();
    if (!normal.startsWith(root)) {
      throw new ServerFailure("The archive has an entry that escapes it: " + entry.getName());
    }
    return normal;
  }

  /** After all is written, not file by file: the system writes much of it meanwhile. */
  private void sync() throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(root)) {
      paths = walk.filter(path -> !Files.isSymbolicLink(path)).toList();
    }
    for (Path path : paths) {
      DataDirectory.sync(path);
    }
  }
}
