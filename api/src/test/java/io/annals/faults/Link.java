package io.annals.faults;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The network between Annals and its store: connections are passed on to a port, and can be cut,
 * slowed down, silenced, or forgotten as a firewall does that restarts.
 */
final class Link implements AutoCloseable {
  private static final int PIECE_BYTES = 4096;

  private final ServerSocket listening;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicLong passedBytes = new AtomicLong();
  private volatile int targetPort;
  private volatile boolean refusing;
  private volatile boolean silent;
  private volatile long bytesPerSecondMax = Long.MAX_VALUE;
  private long freeAtNanos = System.nanoTime();

  Link(int targetPort) throws IOException {
    this.targetPort = targetPort;
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** Where it listens. */
  int port() {
    return listening.getLocalPort();
  }

  /** Leads further connections to another port. */
  void leadTo(int port) {
    targetPort = port;
  }

  /** Closes all connections, and each further one at once, until told otherwise. */
  void refuse(boolean refuse) {
    refusing = refuse;
    if (refuse) {
      connections.forEach(Connection::close);
    }
  }

  /** Holds back whatever is sent, either way, until told otherwise. */
  void silence(boolean silence) {
    silent = silence;
  }

  /** Never passes anything on again on the connections that are open; nobody is told. */
  void forget() {
    connections.forEach(connection -> connection.forgotten = true);
  }

  /** Passes so many bytes a second at most, all connections and both ways together. */
  void limit(long bytesPerSecond) {
    bytesPerSecondMax = bytesPerSecond;
  }

  /** The bytes that were passed on by now. */
  long passedBytes() {
    return passedBytes.get();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket near = listening.accept();
        if (refusing) {
          near.close();
        } else {
          new Connection(near).open();
        }
      } catch (IOException e) {
        // Closed, or the store does not listen: whoever connected sees the end.
      }
    }
  }

  private final class Connection implements Closeable {
    private final Socket near;
    private final Socket far = new Socket();
    private volatile boolean forgotten;

    Connection(Socket near) {
      this.near = near;
    }

    void open() throws IOException {
      try {
        far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
      } catch (IOException e) {
        close();
        throw e;
      }
      connections.add(this);
      threads.execute(() -> pass(near, far));
      threads.execute(() -> pass(far, near));
    }

    private void pass(Socket from, Socket to) {
      byte[] piece = new byte[PIECE_BYTES];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
          awaitLeave(n);
          out.write(piece, 0, n);
          passedBytes.addAndGet(n);
        }
      } catch (IOException e) {
        // The other end is told by closing it.
      }
      if (!forgotten) {
        close();
      }
    }

    private void awaitLeave(int bytes) {
      sleep(share(bytes));
      while ((silent || forgotten) && !listening.isClosed()) {
        sleep(TimeUnit.MILLISECONDS.toNanos(5));
      }
    }

    @Override
    public void close() {
      connections.remove(this);
      closeQuietly(near);
      closeQuietly(far);
    }
  }

  /** How long these bytes have to wait for those before them. */
  private synchronized long share(int bytes) {
    long now = System.nanoTime();
    long start = Math.max(now, freeAtNanos);
    freeAtNanos = start + TimeUnit.SECONDS.toNanos(bytes) / bytesPerSecondMax;
    return start - now;
  }

  private static void sleep(long nanos) {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    connections.forEach(Connection::close);
    threads.shutdown();
  }
}
