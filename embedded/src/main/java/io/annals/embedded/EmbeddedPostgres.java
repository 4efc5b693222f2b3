package io.annals.embedded;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server that keeps its data in one directory and runs beside Annals: the default
 * store.
 *
 * <ul>
 *   <li><b>Durable.</b> {@code fsync}, {@code synchronous_commit} and {@code full_page_writes} are
 *       on, pages carry checksums: what was committed survives {@link #close}, a killed JVM, a
 *       killed server and a power cut.
 *   <li><b>Private.</b> The server listens on 127.0.0.1 only, on a port that differs from start to
 *       start, and wants the random password of {@code <directory>/password} (mode 600).
 *   <li><b>Alone.</b> One living process at a time owns a directory; the claim ends with the
 *       process, however it ends. A server left running by a killed owner is stopped, and a new one
 *       started.
 *   <li><b>Undisturbed.</b> The server has a session of its own: Ctrl-C in a terminal reaches
 *       Annals, not the database, so that what is being written can still be. Whoever starts a
 *       server therefore closes it, in a shutdown hook too.
 * </ul>
 *
 * <p>Every failure is an {@link IOException} whose message says what failed; if the server or its
 * tools ran, also where their log is, and its last lines. Nothing is left running by a failed
 * start. All methods may be called from any thread; {@link #start} and {@link #close} block.
 */
public final class EmbeddedPostgres implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

  private final DirectoryLock lock;
  private final Postmaster postmaster;
  private final String uri;
  private final String password;
  private boolean closed;

  private EmbeddedPostgres(DirectoryLock lock, Postmaster postmaster, String uri, String password) {
    this.lock = lock;
    this.postmaster = postmaster;
    this.uri = uri;
    this.password = password;
  }

  /**
   * Starts the server of a directory and returns when it accepts connections; makes the directory
   * and the database first if there is none. Takes tenths of a second, the first time some seconds,
   * after a crash as long as recovery takes (bounded by minutes).
   *
   * @param directory holds everything of the server; made with mode 700 if missing
   * @throws IOException if the server cannot be started, or another living process owns {@code
   *     directory}
   */
  public static EmbeddedPostgres start(Path directory) throws IOException {
    try {
      Platform platform = Platform.current();
      Path home = DataDirectory.prepare(directory);
      List<String> prefix = Superuser.commandPrefix(home);
      DirectoryLock lock = DirectoryLock.acquire(home);
      try {
        return start(platform, home, prefix, lock);
      } catch (Throwable e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw ServerFailure.of(e, "PostgreSQL", directory);
    }
  }

  private static EmbeddedPostgres start(
      Platform platform, Path home, List<String> prefix, DirectoryLock lock) throws IOException {
    long startNanos = System.nanoTime();
    ServerLog log = ServerLog.open(home.resolve("postgres.log"));
    Path binaries = Binaries.unpack(platform, home);
    PostgresCommand command = new PostgresCommand(home, binaries, prefix, log);
    Cluster cluster = new Cluster(home, command);
    cluster.stopLeftOver();
    String password = cluster.initialise();
    Launch launch = new Launch(cluster.data(), command, log, Ports::free);
    Postmaster postmaster = launch.start();
    long tookMillis = Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
    LOG.info(
        "PostgreSQL is ready on port {} after {} ms, data in {}", launch.port(), tookMillis, home);
    String uri = "postgresql://127.0.0.1:" + launch.port() + "/" + Cluster.DATABASE;
    return new EmbeddedPostgres(lock, postmaster, uri, password);
  }

  /**
   * The database's address, {@code postgresql://127.0.0.1:<port>/annals}, without credentials; with
   * {@code jdbc:} before it, a JDBC URL.
   */
  public String uri() {
    return uri;
  }

  /** The database's owner, a superuser. */
  public String user() {
    return Cluster.USER;
  }

  /** The password of {@link #user()}; never log it. */
  public String password() {
    return password;
  }

  /** False once the server died or was closed; it is not started again by itself. */
  public boolean isRunning() {
    return postmaster.isAlive();
  }

  /**
   * Stops the server and gives the directory free. Open connections are ended and their
   * transactions rolled back; waits for the server's end, at most about 45 seconds. Calls after the
   * first do nothing.
   *
   * @throws IOException if the server could not be stopped; the directory is given free all the
   *     same, and the next {@link #start} tries again
   */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (lock) {
      postmaster.stop();
    }
  }
}
