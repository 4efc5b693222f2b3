package io.annals.faults;

import io.annals.e2e.Answer;
import io.annals.e2e.Call;
import io.annals.e2e.Wire;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client on one connection. Cut off, it goes on to the next server; refused for now, it waits a
 * little. It never waits for ever, and fails on answers that no client deserves.
 */
final class Visitor implements AutoCloseable {
  /** What a store may take for a statement, twice, as it may wait for its turn; and some slack. */
  static final int ANSWER_MILLIS_MAX = 25_000;

  private static final int SLICES = 20;
  private static final int SLICE_MILLIS = 50;
  private static final int PAUSE_MILLIS = 100;

  private final Supplier<List<String>> urls;
  private final UUID tenant;
  private final String credential;
  private final Tally tally;
  private int at;
  private @Nullable Wire wire;

  /**
   * A client of the servers that there are just now.
   *
   * @param at with which of them it begins
   */
  Visitor(Supplier<List<String>> urls, int at, UUID tenant, String credential, Tally tally) {
    this.urls = urls;
    this.at = at;
    this.tenant = tenant;
    this.credential = credential;
    this.tally = tally;
  }

  UUID tenant() {
    return tenant;
  }

  /**
   * The answer, or null if there was none. One that asks to try again later has been waited for.
   *
   * @param slowly a little of the request at a time
   */
  @Nullable Answer ask(Call call, boolean slowly) {
    Wire open = connected();
    if (open == null) {
      return null;
    }
    byte[] bytes =
        call.header("Authorization", "Bearer " + credential)
            .header("X-Tenant-ID", tenant.toString())
            .bytes();
    tally.sent.increment();
    long startNanos = System.nanoTime();
    Answer answer = exchange(open, call.method(), bytes, slowly);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    if (answer == null) {
      tally.unanswered.increment();
      leave();
      return null;
    }
    if ("close".equals(answer.header("connection"))) {
      close();
      at++;
    }
    boolean acknowledged = call.method().equals("POST") && answer.status() < 300;
    if (acknowledged && !slowly) {
      tally.stored(millis);
    }
    return judge(call, answer);
  }

  private @Nullable Answer judge(Call call, Answer answer) {
    int status = answer.status();
    if (status == 429 || status == 503) {
      if (answer.header("retry-after") == null) {
        throw new AssertionError("when to try again: " + answer);
      }
      tally.refused.increment();
      pause();
    } else if (status >= 500) {
      throw new AssertionError(call + ": " + answer);
    }
    return answer;
  }

  private static @Nullable Answer exchange(Wire wire, String method, byte[] bytes, boolean slowly) {
    try {
      if (slowly) {
        sendSlowly(wire, bytes);
      } else {
        wire.send(bytes);
      }
      return wire.read(method);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof SocketException) {
        return null;
      }
      throw e;
    }
  }

  /** Until there is an answer, which need not wait for the whole body. */
  private static void sendSlowly(Wire wire, byte[] bytes) {
    int slice = bytes.length / SLICES + 1;
    for (int from = 0; from < bytes.length && !wire.isAnswered(); from += slice) {
      wire.send(Arrays.copyOfRange(bytes, from, Math.min(from + slice, bytes.length)));
      pause(SLICE_MILLIS);
    }
  }

  private @Nullable Wire connected() {
    if (wire == null) {
      List<String> servers = urls.get();
      try {
        if (!servers.isEmpty()) {
          wire = new Wire(servers.get(Math.floorMod(at, servers.size())), ANSWER_MILLIS_MAX);
        }
      } catch (UncheckedIOException e) {
        // Nobody listens there any more.
      }
      if (wire == null) {
        leave();
      }
    }
    return wire;
  }

  private void leave() {
    close();
    at++;
    pause();
  }

  static void pause() {
    pause(PAUSE_MILLIS);
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (wire != null) {
      wire.close();
      wire = null;
    }
  }
}
