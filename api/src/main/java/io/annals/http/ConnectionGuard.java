package io.annals.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose client lets the server wait, however many bytes trickle in: for the
 * head of a request, for the rest of a body, or for the end of one that was refused. A timeout for
 * silence alone would be put off by each byte. {@linkplain LongRequest Long requests} are left to
 * their own clocks.
 *
 * <p>Stands first in a connection's pipeline; all on its event loop.
 */
public final class ConnectionGuard extends ChannelInboundHandlerAdapter {
  private static final int CHECKS_PER_WAIT = 4;

  /** Of HTTP/2. */
  private static final long NO_ERROR = 0;

  private final long waitNanosMax;
  private final List<Exchange> exchanges = new ArrayList<>();
  private @Nullable ScheduledFuture<?> next;
  private int forgetFrom = 1;
  private long waitingSinceNanos = System.nanoTime();

  /**
   * A guard of one connection.
   *
   * @param waitMillisMax how long the server waits; at most a quarter of it more
   */
  ConnectionGuard(long waitMillisMax) {
    waitNanosMax = TimeUnit.MILLISECONDS.toNanos(waitMillisMax);
  }

  /** A request and its answer; the wrappers that handlers see of the former are others. */
  private static final class Exchange {
    final HttpServerRequest request;
    final HttpServerResponse response;
    final long startNanos = System.nanoTime();
    boolean isLong;
    boolean wasAnswered;

    Exchange(HttpServerRequest request) {
      this.request = request;
      response = request.response();
    }

    boolean isOver() {
      return response.closed() || (response.ended() && request.isEnded());
    }
  }

  /** To be called when the head of a request is there. */
  public static void begin(HttpServerRequest request) {
    ConnectionGuard guard = of(request);
    if (guard != null) {
      guard.add(new Exchange(request));
    }
  }

  /** Holds no more of those that are over than of those that are not. */
  private void add(Exchange exchange) {
    if (exchanges.size() >= forgetFrom) {
      exchanges.removeIf(Exchange::isOver);
      forgetFrom = 2 * exchanges.size() + 1;
    }
    exchanges.add(exchange);
  }

  /** Leaves the body of this request to a clock of its own. */
  static void exempt(HttpServerRequest request) {
    ConnectionGuard guard = of(request);
    if (guard != null) {
      HttpServerResponse response = request.response();
      for (Exchange exchange : guard.exchanges) {
        exchange.isLong |= exchange.response == response;
      }
    }
  }

  private static @Nullable ConnectionGuard of(HttpServerRequest request) {
    ConnectionBase connection = (ConnectionBase) request.connection(); // every one of Vert.x is
    return connection.channelHandlerContext().pipeline().get(ConnectionGuard.class);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    checkLater(context);
    context.fireChannelActive();
  }

  private void checkLater(ChannelHandlerContext context) {
    next =
        context
            .executor()
            .schedule(() -> check(context), waitNanosMax / CHECKS_PER_WAIT, TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (next != null) {
      next.cancel(false);
    }
    context.fireChannelInactive();
  }

  private void check(ChannelHandlerContext context) {
    long nowNanos = System.nanoTime();
    boolean isWaiting = true;
    for (Iterator<Exchange> each = exchanges.iterator(); each.hasNext(); ) {
      Exchange exchange = each.next();
      if (exchange.isOver()) {
        each.remove();
        waitingSinceNanos = nowNanos;
      } else if (exchange.response.ended()) {
        endAnswered(exchange, nowNanos);
      } else {
        isWaiting = false;
        endIfLate(exchange, nowNanos);
      }
    }
    if (!isWaiting) {
      waitingSinceNanos = nowNanos;
    } else if (nowNanos - waitingSinceNanos >= waitNanosMax) {
      var unused = context.channel().close();
      return;
    }
    checkLater(context);
  }

  /** Its client goes on to send a body that nobody wants; in HTTP/2, only that can be ended. */
  private void endAnswered(Exchange exchange, long nowNanos) {
    if (!exchange.wasAnswered) {
      exchange.wasAnswered = true;
      waitingSinceNanos = nowNanos;
    } else if (exchange.request.version() == HttpVersion.HTTP_2) {
      exchange.response.reset(NO_ERROR);
    }
  }

  private void endIfLate(Exchange exchange, long nowNanos) {
    boolean isLate = nowNanos - exchange.startNanos >= waitNanosMax;
    if (isLate && !exchange.isLong && !exchange.request.isEnded()) {
      exchange.response.reset();
    }
  }
}
