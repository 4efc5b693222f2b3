package io.annals.embedded;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Cassandra 5 server that keeps its data in one directory and runs beside Annals, in a JVM of its
 * own: for tests, for benchmarks, and for trying Annals out. It is a cluster of one node, unless it
 * belongs to an {@link EmbeddedCassandraCluster}.
 *
 * <ul>
 *   <li><b>Durable as Cassandra is.</b> What is written survives {@link #close}. Whether it
 *       survives a killed server is said by {@link CommitlogSync}. One node is one copy.
 *   <li><b>Local.</b> The server listens on 127.0.0.1 only (a cluster's nodes also on the addresses
 *       that follow), without JMX, on ports that stay the same from start to start while they are
 *       free. Anybody on the machine may read and write, unless {@link Options#withAuthentication}
 *       is used.
 *   <li><b>Alone.</b> One living process at a time owns a directory; the claim ends with the
 *       process, however it ends.
 *   <li><b>Bound to its owner.</b> Ctrl-C in a terminal reaches Annals, not the server; when the
 *       JVM that started it ends, by SIGKILL too, the server drains and ends within seconds, and
 *       the next one waits for that.
 * </ul>
 *
 * <p>Every failure is an {@link IOException} whose message says what failed; if the server ran,
 * also where its log is, {@code <directory>/cassandra.log}, and its last lines. Nothing is left
 * running by a failed start. All methods may be called from any thread; {@link #start} and {@link
 * #close} block.
 */
public final class EmbeddedCassandra implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCassandra.class);
  private static final Duration DRAIN_AT_MOST = Duration.ofSeconds(20);

  private final Path home;
  private final Options options;
  private final DirectoryLock lock;
  private final Process process;
  private final ServerLog log;
  private final String contactPoint;
  private boolean closed;

  private EmbeddedCassandra(
      Path home,
      Options options,
      DirectoryLock lock,
      Process process,
      ServerLog log,
      String contactPoint) {
    this.home = home;
    this.options = options;
    this.lock = lock;
    this.process = process;
    this.log = log;
    this.contactPoint = contactPoint;
  }

  /** When a write is acknowledged. */
  public enum CommitlogSync {
    /**
     * Before the commit log is on disk, where it is within 10 s: Cassandra's default. A power cut
     * takes these seconds away, a killed server the last tenth of one.
     */
    PERIODIC("commitlog_sync: periodic\ncommitlog_sync_period: 10s"),

    /** Once the commit log is on disk: nothing acknowledged is lost. */
    BATCH("commitlog_sync: batch");

    private final String settings;

    CommitlogSync(String settings) {
      this.settings = settings;
    }

    String settings() {
      return settings;
    }
  }

  /**
   * How a server runs.
   *
   * @param commitlogSync when a write is acknowledged
   * @param heapMib the most heap its JVM may take; it takes about as much again beside the heap
   * @param authentication whether clients need a role and its password; the first one, a superuser,
   *     is {@code cassandra} with the password {@code cassandra}. Stays as it is for a directory:
   *     its roles are part of its data
   * @param ephemeral whether {@link #close} kills the server, which is faster, and deletes the
   *     directory
   */
  public record Options(
      CommitlogSync commitlogSync, int heapMib, boolean authentication, boolean ephemeral) {
    private static final int HEAP_MIB_MIN = 128;

    public Options {
      if (heapMib < HEAP_MIB_MIN) {
        throw new IllegalArgumentException("heapMib must be at least " + HEAP_MIB_MIN);
      }
    }

    /** {@link CommitlogSync#PERIODIC}, 512 MiB, no authentication, and data that stays. */
    public static Options defaults() {
      return new Options(CommitlogSync.PERIODIC, 512, false, false);
    }

    public Options withCommitlogSync(CommitlogSync sync) {
      return new Options(sync, heapMib, authentication, ephemeral);
    }

    public Options withHeapMib(int mib) {
      return new Options(commitlogSync, mib, authentication, ephemeral);
    }

    public Options withAuthentication() {
      return new Options(commitlogSync, heapMib, true, ephemeral);
    }

    public Options asEphemeral() {
      return new Options(commitlogSync, heapMib, authentication, true);
    }

    Options asLasting() {
      return new Options(commitlogSync, heapMib, authentication, false);
    }
  }

  /** Starts the server of a directory with {@link Options#defaults}. */
  public static EmbeddedCassandra start(Path directory) throws IOException {
    return start(directory, Options.defaults());
  }

  /**
   * Starts the server of a directory and returns when it serves clients; makes the directory first
   * if there is none. Takes about four seconds, after a crash as long as the replay of the commit
   * log takes (bounded by minutes).
   *
   * @param directory holds everything of the server; made with mode 700 if missing
   * @throws IOException if the server cannot be started, or another living process owns {@code
   *     directory}
   */
  public static EmbeddedCassandra start(Path directory, Options options) throws IOException {
    return start(directory, options, CassandraPlace.ALONE);
  }

  /** Starts a node at its place of a cluster. */
  static EmbeddedCassandra start(Path directory, Options options, CassandraPlace place)
      throws IOException {
    try {
      Path home = DataDirectory.prepare(directory);
      DirectoryLock lock = DirectoryLock.acquire(home);
      try {
        return start(home, options, place, lock);
      } catch (Throwable e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw ServerFailure.of(e, "Cassandra", directory);
    }
  }

  private static EmbeddedCassandra start(
      Path home, Options options, CassandraPlace place, DirectoryLock lock) throws IOException {
    long startNanos = System.nanoTime();
    ServerLog log = ServerLog.open(home.resolve("cassandra.log"));
    CassandraCommand command = new CassandraCommand(home, options, place, log);
    CassandraPorts ports = CassandraPorts.lastOrFree(home, List.of(place.address()));
    CassandraLaunch launch = new CassandraLaunch(home, command, place, log, ports);
    Process process = launch.start();
    String contactPoint = place.address() + ":" + launch.ports().cql();
    long tookMillis = Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
    LOG.info("Cassandra is ready on {} after {} ms, data in {}", contactPoint, tookMillis, home);
    return new EmbeddedCassandra(home, options, lock, process, log, contactPoint);
  }

  /** Where the server listens for clients, {@code 127.0.0.1:<port>}. */
  public String contactPoint() {
    return contactPoint;
  }

  /** The name of the only data centre, which drivers ask for. */
  public String datacenter() {
    return "datacenter1";
  }

  /** The server's process: to watch, to kill, or to suspend. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  ServerLog log() {
    return log;
  }

  /** False once the server died or was closed; it is not started again by itself. */
  public boolean isRunning() {
    return process.isAlive();
  }

  /**
   * Stops the server and gives the directory free. The server refuses new requests, writes what it
   * holds into its tables and ends, within a second as a rule; is killed after 20 seconds, and the
   * next start replays its commit log. Calls after the first do nothing.
   */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (lock) {
      if (!options.ephemeral()) {
        process.destroy();
        if (!Waiting.until(DRAIN_AT_MOST, () -> !process.isAlive())) {
          LOG.warn("Cassandra (process {}) does not end: killing it", process.pid());
        }
      }
      CassandraLaunch.kill(process);
      if (options.ephemeral()) {
        DataDirectory.delete(home);
      }
    }
  }
}
