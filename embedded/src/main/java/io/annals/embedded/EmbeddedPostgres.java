package io.annals.embedded;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
 *   <li><b>Revived.</b> With {@link #keepRunning}, a server that dies is started again.
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
  private final Cluster cluster;
  private final Launch launch;
  private final String password;
  private volatile Postmaster postmaster;
  private @Nullable Revival revival;
  private boolean closed;

  private EmbeddedPostgres(DirectoryLock lock, Cluster cluster, Launch launch, String password)
      throws IOException {
    this.lock = lock;
    this.cluster = cluster;
    this.launch = launch;
    this.password = password;
    postmaster = launch.start();
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
    EmbeddedPostgres started = new EmbeddedPostgres(lock, cluster, launch, password);
    long tookMillis = Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
    LOG.info(
        "PostgreSQL is ready on port {} after {} ms, data in {}", launch.port(), tookMillis, home);
    return started;
  }

  /**
   * From now on the server is started again, at the same address, whenever it died, until it is
   * closed; what keeps it from starting is logged, and tried again within half a minute.
   */
  public synchronized EmbeddedPostgres keepRunning() {
    if (revival == null && !closed) {
      revival = new Revival(this);
    }
    return this;
  }

  /** Starts the server again if it died. */
  synchronized void restart() throws IOException {
    if (!closed && !isRunning()) {
      cluster.stopLeftOver();
      postmaster = launch.startAgain();
      LOG.info("PostgreSQL is ready again on port {}", launch.port());
    }
  }

  /**
   * The database's address, {@code postgresql://127.0.0.1:<port>/annals}, without credentials; with
   * {@code jdbc:} before it, a JDBC URL.
   */
  public String uri() {
    return "postgresql://127.0.0.1:" + launch.port() + "/" + Cluster.DATABASE;
  }

  /** The database's owner, a superuser. */
  public String user() {
    return Cluster.USER;
  }

  /** The password of {@link #user()}; never log it. */
  public String password() {
    return password;
  }

  /** False once the server died or was closed, until it is started again. */
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
  public void close() throws IOException {
    close(Postmaster::stop);
  }

  /**
   * As {@link #close}, but in a moment however much was written: its next start takes the time
   * instead. For servers that only tests use.
   */
  public void closeImmediately() throws IOException {
    close(Postmaster::stopImmediately);
  }

  private interface Stop {
    void end(Postmaster postmaster) throws IOException;
  }

  private synchronized void close(Stop stop) throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    if (revival != null) {
      revival.end();
    }
    try (lock) {
      stop.end(postmaster);
    }
  }
}
