package io.annals.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done with directories whatever they hold. */
final class DataDirectory {
  /** In the names of what is not complete; anything so named can be deleted by the lock's owner. */
  private static final String INCOMPLETE = ".incomplete-";

  private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

  private DataDirectory() {}

  /** Makes the directory if it is missing and returns its real path. */
  static Path prepare(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath();
    if (absolute.toString().chars().anyMatch(c -> "\"$`\\".indexOf(c) >= 0 || c < ' ')) {
      // pg_ctl and initdb put their paths between double quotes and hand them to a shell; in
      // Cassandra's settings paths stand between them too.
      throw new ServerFailure(
          "A database server cannot keep its data in "
              + absolute
              + ": a path with quotes, dollar signs, backslashes or line breaks");
    }
    if (!Files.isDirectory(absolute)) {
      Files.createDirectories(parent(absolute));
      Files.createDirectory(
          absolute,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return absolute.toRealPath();
  }

  /**
   * A new directory beside {@code path}, to be filled and then renamed to it. Its name is new each
   * time: the initdb of a killed owner may still be writing in the last one.
   */
  static Path incomplete(Path path) throws IOException {
    return Files.createTempDirectory(parent(path), path.getFileName() + INCOMPLETE);
  }

  /** Deletes, as far as possible, what an interrupted {@link #incomplete} of {@code path} left. */
  static void deleteIncomplete(Path path) throws IOException {
    try (DirectoryStream<Path> leftOvers =
        Files.newDirectoryStream(parent(path), path.getFileName() + INCOMPLETE + "*")) {
      for (Path leftOver : leftOvers) {
        delete(leftOver);
      }
    }
  }

  /** Renames at once, replacing a file of the new name, such that the renaming survives a crash. */
  static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    sync(parent(to));
  }

  static Path parent(Path path) {
    return path.resolveSibling("").normalize();
  }

  /** Makes a file's content, or a directory's entries, survive a crash. */
  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Deletes a directory and what it holds, as far as that goes. */
  static void delete(Path tree) throws IOException {
    Files.walkFileTree(tree, new Deletion());
  }

  /**
   * As far as it goes: where the initdb of a killed owner still writes, files come and go
   * meanwhile. What stays is in nobody's way, and the next start tries again.
   */
  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      return delete(file);
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
      return delete(directory);
    }

    private static FileVisitResult delete(Path path) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        LOG.debug("Cannot delete {} now", path, e);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
