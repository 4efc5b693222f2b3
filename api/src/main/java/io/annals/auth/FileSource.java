package io.annals.auth;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/**
 * Keys in a file. It is read every second, not watched: a few KiB cost less than to be right about
 * time stamps, renames, network file systems and the symbolic links of mounted configuration.
 */
final class FileSource implements Source {
  private static final long PERIOD_MILLIS = 1_000;

  private final Vertx vertx;
  private final Path path;
  private final Callable<byte[]> content;

  /** A file that anybody may see. */
  FileSource(Vertx vertx, Path path) {
    this(vertx, path, () -> read(path));
  }

  /** A file with a way of its own to be read. */
  FileSource(Vertx vertx, Path path, Callable<byte[]> content) {
    this.vertx = vertx;
    this.path = path;
    this.content = content;
  }

  /**
   * Reads a file whole. Blocks.
   *
   * @throws IOException also when it is larger than a source may be
   */
  static byte[] read(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] content = in.readNBytes(BYTES_MAX + 1);
      if (content.length > BYTES_MAX) {
        throw new IOException("larger than " + BYTES_MAX + " bytes");
      }
      return content;
    }
  }

  @Override
  public Future<Buffer> load() {
    return vertx.executeBlocking(() -> Buffer.buffer(content.call()), false);
  }

  /** A file that is not there is a mistake in the configuration, not an outage. */
  @Override
  public boolean mayStartWithout() {
    return false;
  }

  @Override
  public long periodMillis() {
    return PERIOD_MILLIS;
  }

  @Override
  public long gapMillis() {
    return PERIOD_MILLIS;
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
