package io.annals.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The claim of one process on a data directory. It is the operating system's: it ends with the
 * process, even a killed one, and is never stale.
 */
final class DirectoryLock implements Closeable {
  /**
   * What this JVM holds. Asked before the file is opened: closing any channel on a file drops all
   * locks that the process has on it, so a refused second attempt would undo the first one's lock.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;

  private DirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /** Claims a directory, given by its real path. */
  static DirectoryLock acquire(Path directory) throws IOException {
    if (!HELD.add(directory)) {
      throw taken(directory, "this process");
    }
    try {
      return new DirectoryLock(directory, lock(directory));
    } catch (Throwable e) {
      HELD.remove(directory);
      throw e;
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    try {
      if (channel.tryLock() == null) {
        ByteBuffer owner = ByteBuffer.allocate(20);
        channel.read(owner, 0);
        throw taken(directory, "process " + US_ASCII.decode(owner.flip()).toString().strip());
      }
      // For the message above, and for whoever looks.
      channel.truncate(0);
      channel.write(US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
      return channel;
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  private static IOException taken(Path directory, String owner) {
    return new ServerFailure(
        ("The data directory " + directory + " is in use by another Annals (" + owner + "): ")
            + "stop that one, or give this one a directory of its own (ANNALS_DATA_DIR)");
  }

  @Override
  public void close() throws IOException {
    channel.close();
    HELD.remove(directory);
  }
}
