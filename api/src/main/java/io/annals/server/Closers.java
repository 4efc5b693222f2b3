package io.annals.server;

import io.vertx.core.Future;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;
import java.util.function.Supplier;

/** What was opened, to be closed in the reverse order, each when the one before is closed. */
final class Closers {
  private final Deque<Supplier<Future<?>>> closers = new ConcurrentLinkedDeque<>();

  /** Remembers how something is closed that was opened now. */
  <T> T add(T opened, Function<T, Future<?>> close) {
    closers.push(() -> close.apply(opened));
    return opened;
  }

  /** Closes everything once, also when closing something fails. */
  Future<Void> close() {
    Supplier<Future<?>> last = closers.poll();
    return last == null ? Future.succeededFuture() : last.get().transform(closed -> close());
  }
}
