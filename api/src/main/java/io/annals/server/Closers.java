package io.annals.server;

import io.vertx.core.Future;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was opened, to be closed in the reverse order, each when the one before is closed, or has
 * had its time: what hangs must not keep the rest from being closed.
 */
final class Closers {
  private static final Logger LOG = LoggerFactory.getLogger(Closers.class);
  private static final int SECONDS_MAX = 3;

  private final Deque<Supplier<Future<?>>> closers = new ConcurrentLinkedDeque<>();

  /** Remembers how something is closed that was opened now. */
  <T> T add(T opened, Function<T, Future<?>> close) {
    return add(opened, SECONDS_MAX, close);
  }

  /**
   * The same for what may take its time.
   *
   * @param secondsMax how long it is waited for
   */
  <T> T add(T opened, int secondsMax, Function<T, Future<?>> close) {
    closers.push(
        () ->
            close
                .apply(opened)
                .timeout(secondsMax, TimeUnit.SECONDS)
                .onFailure(failure -> complain(opened, secondsMax, failure)));
    return opened;
  }

  private static void complain(Object opened, int secondsMax, Throwable failure) {
    String what = opened.getClass().getSimpleName();
    if (failure instanceof TimeoutException) {
      LOG.warn("{} is not closed after {} s; the stop goes on without it", what, secondsMax);
    } else {
      LOG.warn("{} could not be closed: {}", what, failure.toString());
    }
  }

  /** Closes everything once, also when closing something fails. */
  Future<Void> close() {
    Supplier<Future<?>> last = closers.poll();
    return last == null ? Future.succeededFuture() : last.get().transform(closed -> close());
  }
}
