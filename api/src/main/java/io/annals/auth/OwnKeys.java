package io.annals.auth;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The installation's keys as its key file has them now, a second ago at most. A file that becomes
 * unusable changes nothing: the keys that were read last stay. Safe to use from any thread.
 */
public final class OwnKeys implements Supplier<KeyFile> {
  private final Reloaded<KeyFile> reloaded;

  private OwnKeys(Reloaded<KeyFile> reloaded) {
    this.reloaded = reloaded;
  }

  /**
   * Reads the file, and makes it first when there is none.
   *
   * @return fails with {@link KeyFileException} when it cannot be made, or cannot be used
   */
  public static Future<OwnKeys> open(Vertx vertx, Path path) {
    Source source = new FileSource(vertx, path, () -> KeyFile.content(path));
    return vertx
        .executeBlocking(() -> KeyFile.readOrCreate(path), false)
        .compose(
            first ->
                Reloaded.open(
                    vertx, source, content -> KeyFile.parse(path, content.getBytes()), first))
        .map(OwnKeys::new);
  }

  @Override
  public KeyFile get() {
    return reloaded.current();
  }

  /** Stops looking at the file; the keys stay. */
  public Future<Void> close() {
    return reloaded.close();
  }
}
