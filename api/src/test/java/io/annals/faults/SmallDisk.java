package io.annals.faults;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file system in memory that is soon full. Only root may mount one, and not everywhere. */
final class SmallDisk implements Closeable {
  private static final int MIB = 400;

  private final Path directory;
  private final Path filler;

  private SmallDisk(Path directory) {
    this.directory = directory;
    filler = directory.resolve("filler");
  }

  /** Whether there can be one. */
  static boolean isPossible() {
    try (SmallDisk probe = mount(Path.of("target", "faults", "probe").toAbsolutePath())) {
      return Files.exists(probe.directory);
    } catch (IOException e) {
      return false;
    }
  }

  static SmallDisk mount(Path directory) throws IOException {
    Files.createDirectories(directory);
    run("mount", "-t", "tmpfs", "-o", "size=" + MIB + "m", "tmpfs", directory.toString());
    return new SmallDisk(directory);
  }

  Path directory() {
    return directory;
  }

  /** Leaves no room at all. */
  void fill() throws IOException {
    byte[] piece = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(piece);
      }
    } catch (IOException full) {
      if (!Files.exists(filler)) {
        throw full;
      }
    }
  }

  void free() throws IOException {
    Files.delete(filler);
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException("failed: " + List.of(command));
    }
  }

  @Override
  public void close() throws IOException {
    run("umount", directory.toString());
  }
}
