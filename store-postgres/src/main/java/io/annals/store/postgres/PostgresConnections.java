package io.annals.store.postgres;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.timeout.IdleStateEvent;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlConnectionInternal;
import java.util.concurrent.TimeUnit;

/**
 * Ends connections that may not be answered any more. The driver's own ways, also what it does when
 * a connection was silent for too long, ask PostgreSQL to hang up and wait until it has: behind a
 * network that has forgotten the connection, that is never, and its place in a pool is lost.
 */
final class PostgresConnections {
  private PostgresConnections() {}

  /** Closes the socket; what was asked on it fails. */
  static void cut(SqlConnection connection) {
    NetSocketInternal socket = socketOf(connection);
    socket.channelHandlerContext().channel().eventLoop().execute(() -> close(socket));
  }

  /**
   * The same connection, cut once it said nothing for as long as its transport says, nor for as
   * long after it was asked something: one that nobody needed was silent, too.
   */
  static <C extends SqlConnection> C cutWhenSilent(C connection, int silentMillisMax) {
    ChannelPipeline pipeline = socketOf(connection).channelHandlerContext().pipeline();
    if (pipeline.get(CutWhenSilent.class) == null) {
      pipeline.channel().eventLoop().execute(() -> guard(pipeline, silentMillisMax));
    }
    return connection;
  }

  /** Unless it has been closed, or guarded, meanwhile. */
  private static void guard(ChannelPipeline pipeline, int silentMillisMax) {
    if (pipeline.get("codec") != null && pipeline.get(CutWhenSilent.class) == null) {
      pipeline.addBefore("codec", null, new CutWhenSilent(silentMillisMax));
    }
  }

  /** Stands before the driver's handlers: those would only say goodbye. */
  private static final class CutWhenSilent extends ChannelDuplexHandler {
    private final long silentNanosMax;
    private boolean isAsked = true;
    private long askedNanos = System.nanoTime();

    CutWhenSilent(int silentMillisMax) {
      silentNanosMax = TimeUnit.MILLISECONDS.toNanos(silentMillisMax);
    }

    @Override
    public void write(ChannelHandlerContext context, Object question, ChannelPromise written) {
      if (!isAsked) {
        isAsked = true;
        askedNanos = System.nanoTime();
      }
      var unused = context.write(question, written);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object answer) {
      isAsked = false;
      context.fireChannelRead(answer);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof IdleStateEvent) {
        cutWhenLate(context);
      } else {
        context.fireUserEventTriggered(event);
      }
    }

    private void cutWhenLate(ChannelHandlerContext context) {
      long leftNanos = isAsked ? askedNanos + silentNanosMax - System.nanoTime() : 0;
      if (leftNanos <= 0) {
        var unused = context.close();
      } else {
        long asked = askedNanos;
        var unused =
            context
                .executor()
                .schedule(() -> cutIfWaiting(context, asked), leftNanos, TimeUnit.NANOSECONDS);
      }
    }

    private void cutIfWaiting(ChannelHandlerContext context, long sinceNanos) {
      if (isAsked && askedNanos == sinceNanos) {
        var unused = context.close();
      }
    }
  }

  /** From the first handler on, so that the driver's, which would wait, is not asked. */
  private static void close(NetSocketInternal socket) {
    ChannelHandlerContext first = socket.channelHandlerContext().pipeline().firstContext();
    if (first != null) { // else it is closed
      var unused = first.close();
    }
  }

  private static NetSocketInternal socketOf(SqlConnection connection) {
    SqlConnectionInternal internal = (SqlConnectionInternal) connection; // every one of Vert.x is
    SocketConnectionBase driver = (SocketConnectionBase) internal.unwrap().unwrap();
    return driver.socket();
  }
}
