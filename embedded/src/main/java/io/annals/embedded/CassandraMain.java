package io.annals.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The main class of Cassandra's JVM: starts the server, and ends it with its owner. Calls Cassandra
 * by name, because nothing of it is on the class path that this is compiled with.
 */
final class CassandraMain {
  /** A file in the server's directory: there once clients are served. */
  static final String READY = "ready";

  private static final Duration DRAIN_AT_MOST = Duration.ofSeconds(20);

  /** Until the process ends; a channel that is collected as garbage gives its lock free. */
  @SuppressWarnings("UnusedVariable")
  private static @Nullable FileChannel running;

  private CassandraMain() {}

  public static void main(String[] args) {
    Path home = Path.of(args[0]);
    daemon(CassandraMain::endWithOwner);
    try {
      running = waitForPredecessor(home.resolve("running"));
      serve();
      Files.createFile(home.resolve(READY));
    } catch (IOException | ReflectiveOperationException e) {
      // Threads of Cassandra's may live: returning would not end the process.
      e.printStackTrace();
      System.exit(1);
    }
  }

  private static void serve() throws ReflectiveOperationException {
    Class.forName("org.apache.cassandra.service.CassandraDaemon")
        .getMethod("main", String[].class)
        .invoke(null, (Object) new String[0]);
    // Its only thread makes the superuser first, if there is none and one is wanted.
    Object tasks =
        Class.forName("org.apache.cassandra.concurrent.ScheduledExecutors")
            .getField("optionalTasks")
            .get(null);
    try {
      ((ExecutorService) tasks).submit(() -> {}).get();
    } catch (Exception e) {
      throw new ReflectiveOperationException(e);
    }
  }

  /** Our input is a pipe from the owner: it ends when the owner does, however that ends. */
  private static void endWithOwner() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException e) {
      // As good an end as the other.
    }
    daemon(CassandraMain::haltLater);
    System.exit(0);
  }

  private static void haltLater() {
    Waiting.until(DRAIN_AT_MOST, () -> false);
    Runtime.getRuntime().halt(1);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "annals-owner");
    thread.setDaemon(true);
    thread.start();
  }

  /** The server of a killed owner may still be writing: two at once would ruin the data. */
  private static FileChannel waitForPredecessor(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      ByteBuffer pid = ByteBuffer.allocate(20);
      channel.read(pid, 0);
      System.out.println(
          "Waiting for this directory's last server to end: process "
              + US_ASCII.decode(pid.flip()).toString().strip());
      channel.lock();
    }
    channel.truncate(0);
    channel.write(US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
    return channel;
  }
}
