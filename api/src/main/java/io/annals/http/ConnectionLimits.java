package io.annals.http;

import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import java.util.concurrent.TimeUnit;

/** What a client may take of a connection; its bodies have bounds of their own. */
public final class ConnectionLimits {
  private static final int IDLE_SECONDS = 60;
  private static final int HEADER_BYTES_MAX = 16 * 1024;

  /** All filters of a list, each at its longest and percent-encoded, and a cursor. */
  private static final int REQUEST_LINE_BYTES_MAX = 32 * 1024;

  private static final int STREAMS_MAX = 100;
  private static final int STREAM_WINDOW_BYTES = 64 * 1024;

  /** Requests that a client may take back, which costs it less than it costs the server. */
  private static final int RESETS_MAX = 200;

  private static final int RESETS_SECONDS = 30;

  private ConnectionLimits() {}

  /**
   * The options of a server with these limits. In HTTP/2, the window of a connection is as large as
   * those of all its streams together, so that one whose body waits for the store does not hold up
   * the others; what waits is bounded by the room for bodies.
   */
  public static HttpServerOptions options() {
    return new HttpServerOptions()
        .setIdleTimeout(IDLE_SECONDS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setMaxHeaderSize(HEADER_BYTES_MAX)
        .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
        .setHandle100ContinueAutomatically(true)
        // Not served; its handlers would end connections with more than 128 requests in a piece.
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(STREAMS_MAX)
                .setInitialWindowSize(STREAM_WINDOW_BYTES)
                .setMaxHeaderListSize(HEADER_BYTES_MAX + REQUEST_LINE_BYTES_MAX))
        .setHttp2ConnectionWindowSize(STREAMS_MAX * STREAM_WINDOW_BYTES)
        .setHttp2RstFloodMaxRstFramePerWindow(RESETS_MAX)
        .setHttp2RstFloodWindowDuration(RESETS_SECONDS)
        .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS);
  }
}
