package io.annals.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code postmaster.pid}, in which a server tells who serves a data directory, and how far it is.
 *
 * @param pid the server's process, if it still lives
 * @param port where it listens, 0 while it has not told
 * @param status {@code starting}, {@code ready}, {@code stopping}; empty while it has not told
 */
record PostmasterFile(long pid, int port, String status) {
  private static final String NAME = "postmaster.pid";
  private static final int PORT_LINE = 3;
  private static final int STATUS_LINE = 7;

  /** No system gives this process id out. */
  private static final long NOBODY = Integer.MAX_VALUE;

  /** Reads the file; empty if there is none, or it is being written. */
  static Optional<PostmasterFile> read(Path data) throws IOException {
    List<String> lines = lines(data);
    if (lines.isEmpty() || !lines.get(0).matches("[0-9]{1,10}")) {
      return Optional.empty();
    }
    String port = line(lines, PORT_LINE);
    return Optional.of(
        new PostmasterFile(
            Long.parseLong(lines.get(0)),
            port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0,
            line(lines, STATUS_LINE)));
  }

  /** Whether the server accepts connections there; a dead one does not, whatever it last told. */
  boolean isReadyOn(int wantedPort) {
    return pid != NOBODY && port == wantedPort && status.equals("ready");
  }

  /**
   * Makes a dead server's file say that it is dead, lest PostgreSQL takes an unrelated process that
   * has the id now for it and refuses to start. The file is not deleted: by its other lines
   * PostgreSQL sees whether processes of the dead server still have its memory.
   */
  static void disown(Path data) throws IOException {
    List<String> lines = new ArrayList<>(lines(data));
    if (lines.isEmpty()) {
      // Torn by a power cut, which no server survived.
      Files.deleteIfExists(data.resolve(NAME));
      return;
    }
    lines.set(0, Long.toString(NOBODY));
    Path rewritten = data.resolve(NAME + ".incomplete");
    Files.write(rewritten, lines, ISO_8859_1);
    DataDirectory.rename(rewritten, data.resolve(NAME));
  }

  /** As bytes, which a path in them may have in any encoding. */
  private static List<String> lines(Path data) throws IOException {
    try {
      return Files.readAllLines(data.resolve(NAME), ISO_8859_1);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static String line(List<String> lines, int index) {
    return index < lines.size() ? lines.get(index).strip() : "";
  }
}
