package io.annals.fuzz;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpUtil;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** A connection of HTTP/1.1 that sends any bytes, and reads answers as strictly as Netty does. */
final class RawConnection implements Closeable {
  private static final int ANSWER_BYTES_MAX = 16 << 20;
  private static final int TIMEOUT_MILLIS = 10_000;

  private final Socket socket;
  private boolean headRequested;

  /** Keeps what an answer was not yet made of. */
  private final EmbeddedChannel answers =
      new EmbeddedChannel(
          new HttpResponseDecoder() {
            @Override
            protected boolean isContentAlwaysEmpty(HttpMessage message) {
              return headRequested || super.isContentAlwaysEmpty(message);
            }
          },
          new HttpObjectAggregator(ANSWER_BYTES_MAX));

  RawConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
  }

  /** The one answer to this request; null if the connection was closed without a byte of one. */
  @Nullable FullHttpResponse exchange(RawRequest request) throws IOException {
    headRequested = request.method().equals("HEAD");
    byte[] buffer = new byte[16 * 1024];
    boolean begun = false;
    try {
      socket.getOutputStream().write(request.bytes());
      for (int n = read(buffer); n >= 0; n = read(buffer)) {
        begun = true;
        answers.writeInbound(Unpooled.copiedBuffer(buffer, 0, n));
        FullHttpResponse answer = answers.readInbound();
        if (answer != null) {
          return answer;
        }
      }
    } catch (SocketException e) {
      // Closed while it was written to: then there may be no answer.
    }
    answers.finish();
    FullHttpResponse answer = answers.readInbound();
    if (begun && answer == null) {
      throw new AssertionError("the connection was closed in the middle of an answer");
    }
    return answer;
  }

  private int read(byte[] buffer) throws IOException {
    return socket.getInputStream().read(buffer);
  }

  /** Whether another request may follow this answer. */
  boolean isOpenAfter(FullHttpResponse answer) {
    return HttpUtil.isKeepAlive(answer) && answers.isOpen();
  }

  /** Whether the server sent more than it was asked for. */
  boolean hasMore() throws IOException {
    return !answers.inboundMessages().isEmpty() || socket.getInputStream().available() > 0;
  }

  @Override
  public void close() throws IOException {
    answers.finishAndReleaseAll();
    socket.close();
  }
}
