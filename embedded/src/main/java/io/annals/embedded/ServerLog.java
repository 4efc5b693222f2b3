package io.annals.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** A file in the server's directory: what the server and its tools write. */
final class ServerLog {
  private static final long ROTATED_ABOVE_BYTES = 10 << 20;
  private static final int READ_BYTES_MAX = 16 << 10;
  private static final int TAIL_LINES_MAX = 5;

  private final Path file;

  private ServerLog(Path file) {
    this.file = file;
  }

  /** Begins a new file when the old one grew large, and keeps that one: two files at most. */
  static ServerLog open(Path file) throws IOException {
    if (Files.exists(file) && Files.size(file) > ROTATED_ABOVE_BYTES) {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    return new ServerLog(file);
  }

  Path file() {
    return file;
  }

  long size() throws IOException {
    return Files.size(file);
  }

  /** What was written after a {@link #size}, or the end of it. */
  String since(long position) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.position(Math.max(position, channel.size() - READ_BYTES_MAX));
      return new String(Channels.newInputStream(channel).readNBytes(READ_BYTES_MAX), UTF_8);
    }
  }

  /** A failure in one line: what failed, where the log is, and how it ends. */
  IOException failure(String what, long position) throws IOException {
    List<String> lines = since(position).lines().filter(ServerLog::tells).toList();
    List<String> tail = lines.subList(Math.max(0, lines.size() - TAIL_LINES_MAX), lines.size());
    return new ServerFailure(
        what
            + ("; its log is " + file)
            + (tail.isEmpty() ? "" : " and ends with: " + String.join(" | ", tail)));
  }

  /** Blank lines and the frames of stack traces do not. */
  private static boolean tells(String line) {
    return !line.isBlank() && !line.startsWith("\tat ");
  }
}
