package io.annals.auth;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A JWK set in a file. It is read every second, not watched: a few KiB cost less than to be right
 * about time stamps, renames and the symbolic links of mounted configuration.
 */
final class JwksFileSource implements JwksSource {
  private static final long PERIOD_MILLIS = 1_000;

  private final Vertx vertx;
  private final Path path;

  JwksFileSource(Vertx vertx, Path path) {
    this.vertx = vertx;
    this.path = path;
  }

  @Override
  public Future<Buffer> load() {
    return vertx.executeBlocking(this::read, false);
  }

  private Buffer read() throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] content = in.readNBytes(BYTES_MAX + 1);
      if (content.length > BYTES_MAX) {
        throw new IOException("larger than " + BYTES_MAX + " bytes");
      }
      return Buffer.buffer(content);
    }
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
