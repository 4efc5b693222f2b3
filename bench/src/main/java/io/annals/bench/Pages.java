package io.annals.bench;

import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one list of Annals, as a client asks for them.
 *
 * @param path where the list is served
 * @param headers of every request
 * @param filters what is asked for beside the page, each parameter behind an ampersand
 */
record Pages(String path, String headers, String filters) {
  static final int LIMIT = 50;
  private static final int LIMIT_MAX = 1_000;
  private static final int DEEP_PAGE = 1_000;

  /** Asks for the page of 50 at this cursor, or the first one. */
  Load.Worker page(HttpConnection http, @Nullable String cursor) {
    Buffer request = request(LIMIT, cursor);
    return () -> http.send(request, 200).map(LIMIT);
  }

  /** Asks for page 1,000 of 50, or for the last one of so many events. */
  Load.Worker deepPage(HttpConnection http, int events) {
    String cursor = null;
    int left = Math.min(DEEP_PAGE, events / LIMIT - 1) * LIMIT;
    while (left > 0) {
      int size = Math.min(left, LIMIT_MAX);
      Buffer request = request(size, cursor);
      cursor = Load.await(http.send(request, 200)).toJsonObject().getString("nextPageToken");
      left -= size;
    }
    return page(http, Objects.requireNonNull(cursor, "there is one page only"));
  }

  Buffer request(int size, @Nullable String cursor) {
    String query = "?PageSize=" + size + filters;
    String page = cursor == null ? "" : "&PageToken.Cursor=" + cursor;
    return HttpConnection.request("GET", path + query + page, headers, null);
  }
}
