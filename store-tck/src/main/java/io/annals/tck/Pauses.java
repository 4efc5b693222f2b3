package io.annals.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How long callers wait while something else goes on: each calls again and again by itself. */
public final class Pauses implements AutoCloseable {
  private final List<Caller> callers = new ArrayList<>();
  private volatile boolean stopping;

  /** Makes this call in a thread of its own, until this is closed. */
  public Pauses during(String name, Runnable call) {
    Caller caller = new Caller(name, call);
    callers.add(caller);
    caller.start();
    return this;
  }

  /**
   * The second longest that any caller waited for one answer: what makes callers wait does so more
   * than once, while a machine stands still once in a while.
   */
  public long secondLongestMillis() {
    return callers.stream().mapToLong(caller -> caller.secondLongestMillis).max().orElseThrow();
  }

  /** Stops all callers; fails if one of them did. */
  @Override
  public void close() {
    stopping = true;
    for (Caller caller : callers) {
      caller.end();
    }
  }

  @Override
  public String toString() {
    return callers.toString();
  }

  private final class Caller extends Thread {
    private final Runnable call;
    private int calls;
    private volatile long longestMillis;
    private volatile long secondLongestMillis;
    private volatile @Nullable Throwable failure;

    Caller(String name, Runnable call) {
      super(name);
      this.call = call;
    }

    @Override
    public void run() {
      try {
        while (!stopping) {
          long startNanos = System.nanoTime();
          call.run();
          long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
          secondLongestMillis = Math.max(secondLongestMillis, Math.min(longestMillis, tookMillis));
          longestMillis = Math.max(longestMillis, tookMillis);
          calls++;
        }
      } catch (Throwable failed) {
        failure = failed;
      }
    }

    void end() {
      try {
        join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (failure != null) {
        throw new AssertionError(getName() + " failed", failure);
      }
    }

    @Override
    public String toString() {
      return getName()
          + ": "
          + calls
          + " calls, the longest "
          + longestMillis
          + " and "
          + secondLongestMillis
          + " ms";
    }
  }
}
