package io.annals.http;

import io.annals.metrics.Bounds;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetServerOptions;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees the connections of HTTP servers as they are accepted, which no other place of Vert.x does:
 * its handlers of connections are called when a first request is whole. Those beyond a number are
 * closed; the others get a {@link ConnectionGuard}. Servers without an idle timeout are left alone.
 */
public final class GuardedTransport extends NioTransport implements MeterBinder {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedTransport.class);
  private static final long WARNING_NANOS = 60_000_000_000L;

  /** How many connections may be open at once, and how many are. */
  private record Room(int connectionsMax, AtomicInteger open) {
    Room(int connectionsMax) {
      this(connectionsMax, new AtomicInteger());
    }

    boolean take() {
      boolean taken = open.incrementAndGet() <= connectionsMax;
      if (!taken) {
        giveBack();
      }
      return taken;
    }

    void giveBack() {
      open.decrementAndGet();
    }
  }

  private final Room shared;
  private final Map<Channel, Acceptor> listening = new ConcurrentHashMap<>();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong warnedNanos = new AtomicLong(System.nanoTime() - WARNING_NANOS);

  private GuardedTransport(int connectionsMax) {
    shared = new Room(connectionsMax);
  }

  /**
   * A Vert.x with guarded servers.
   *
   * @param connectionsMax open connections of all of them together that have no limit of their own
   */
  public static Vertx vertx(int connectionsMax) {
    GuardedTransport transport = new GuardedTransport(connectionsMax);
    return Vertx.builder()
        .withTransport(new TransportInternal("guarded", true, null, transport))
        .build();
  }

  /** That of this Vert.x, if it has one. */
  public static Optional<GuardedTransport> of(Vertx vertx) {
    return ((VertxInternal) vertx).transport() instanceof GuardedTransport guarded
        ? Optional.of(guarded)
        : Optional.empty();
  }

  /**
   * Accepts no further connections at a port; those that are there stay, which Vert.x would close.
   */
  public void stopAccepting(int port) {
    listening.keySet().stream()
        .filter(channel -> isAt(channel, port))
        .forEach(
            channel -> {
              var unused = channel.close();
            });
  }

  /** Gives a port a limit of its own: its connections take no other's place, nor the reverse. */
  public void limit(int port, int connectionsMax) {
    Room room = new Room(connectionsMax);
    listening.forEach(
        (channel, acceptor) -> {
          if (isAt(channel, port)) {
            acceptor.room = room;
          }
        });
  }

  private static boolean isAt(Channel channel, int port) {
    return ((InetSocketAddress) channel.localAddress()).getPort() == port;
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    Bounds.queue(
        meters,
        "http_connections",
        "connections",
        shared.connectionsMax(),
        shared.open(),
        AtomicInteger::get);
    FunctionCounter.builder("annals.http.connections.refused", refused, AtomicLong::get)
        .description("Connections that were closed at once, as too many were open")
        .register(meters);
  }

  @Override
  public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
    super.configure(options, domainSocket, bootstrap);
    long idleMillis = options.getIdleTimeoutUnit().toMillis(options.getIdleTimeout());
    if (options instanceof HttpServerOptions && idleMillis > 0) {
      bootstrap.handler(new Acceptor(idleMillis));
    }
  }

  /** Stands in the pipeline of the listening socket, whose messages are connections. */
  @Sharable
  private final class Acceptor extends ChannelInboundHandlerAdapter {
    private final long idleMillis;
    private volatile Room room = shared;

    Acceptor(long idleMillis) {
      this.idleMillis = idleMillis;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      listening.put(context.channel(), this);
      context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      listening.remove(context.channel());
      context.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      Channel connection = (Channel) message;
      Room entered = room;
      if (!entered.take()) {
        refused.incrementAndGet();
        connection.unsafe().closeForcibly();
        warn(entered.connectionsMax());
        return;
      }
      connection.closeFuture().addListener(closed -> entered.giveBack());
      connection.pipeline().addFirst(new ConnectionGuard(idleMillis));
      context.fireChannelRead(message);
    }
  }

  private void warn(int connectionsMax) {
    long lastNanos = warnedNanos.get();
    long nowNanos = System.nanoTime();
    if (nowNanos - lastNanos >= WARNING_NANOS && warnedNanos.compareAndSet(lastNanos, nowNanos)) {
      LOG.warn("connections are closed at once: {} are open already", connectionsMax);
    }
  }
}
