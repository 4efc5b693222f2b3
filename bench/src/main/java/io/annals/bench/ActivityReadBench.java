package io.annals.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Iterator;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Reading API activity: pages of a key with millions of events, and searches in them. */
final class ActivityReadBench {
  private static final int PAGE_MILLIS_MAX = 250;
  private static final int PIECE = 10_000;
  private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);
  private static final int SPARSE_EVENTS = 85;
  private static final int SETTLED_SECONDS_MAX = 900;
  private static final double SEARCH_MILLIS_MAX = 1_000;

  private final Server server;
  private final Vertx vertx;
  private final String store;
  private final UUID tenant = UUID.randomUUID();
  private final ActivityLines hot = new ActivityLines(1);
  private final ActivityLines sparse = new ActivityLines(1);
  private final String headers;
  private HttpConnection http;

  ActivityReadBench(Server server, Vertx vertx, String store) throws IOException {
    this.server = server;
    this.vertx = vertx;
    this.store = store;
    headers = server.authorization(tenant.toString());
    http = Load.await(HttpConnection.open(vertx, server.port()));
  }

  UUID tenant() {
    return tenant;
  }

  UUID hotToken() {
    return hot.token(0);
  }

  /** Stores so many events of one key over the last day, ten of them needles, and a sparse key. */
  void fill(int events) throws IOException {
    long now = System.currentTimeMillis();
    double apart = (double) DAY_MILLIS / events;
    Iterator<Buffer> pieces =
        IntStream.range(0, events / PIECE)
            .mapToObj(i -> hot.timed(i * PIECE, PIECE, now - DAY_MILLIS, apart, events / 10))
            .iterator();
    long start = System.nanoTime();
    HttpConnection connection = Load.await(HttpConnection.open(vertx, server.port()));
    for (int i = 0; i < events; i += 1_000_000) {
      send(connection, pieces, Math.min(1_000_000, events - i) / PIECE);
    }
    System.err.printf(
        "  %s: %,d events of one day, %,.0f a second%n",
        store, events, events * 1e9 / (System.nanoTime() - start));
    http = Load.await(HttpConnection.open(vertx, server.port())); // the first one idled too long
    Buffer days =
        sparse.timed(
            0, SPARSE_EVENTS, now - SPARSE_EVENTS * DAY_MILLIS, (double) DAY_MILLIS, 1 << 30);
    ActivityIngestBench.accepted(
        Load.await(
            http.send(HttpConnection.post(ActivityIngestBench.path(tenant), headers, days), 200)));
  }

  private void send(HttpConnection connection, Iterator<Buffer> pieces, int count) {
    Iterator<Buffer> some = IntStream.range(0, count).mapToObj(i -> pieces.next()).iterator();
    Buffer head = HttpConnection.chunked(ActivityIngestBench.path(tenant), headers);
    ActivityIngestBench.accepted(
        Load.await(connection.sendChunked(head, some, 200), SETTLED_SECONDS_MAX));
  }

  /** Waits until a search for what is not there takes less than half of what it may. */
  void awaitSettled() throws InterruptedException {
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(SETTLED_SECONDS_MAX);
    double millis = search("nothing has this").millis();
    while (millis > SEARCH_MILLIS_MAX / 2 && System.nanoTime() < end) {
      TimeUnit.SECONDS.sleep(5);
      millis = search("nothing has this").millis();
    }
    System.err.printf(
        "  %s: summed up %d s after the last event%n",
        store, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
  }

  /** Pages beside the same statements on the driver, beside each other, and searches. */
  void run(Report report, Load.Worker statements, int events) {
    Pages pages = pages(hot, "");
    Load.Worker first = pages.page(http, null);
    double[] times = Pairs.medianMillis(first, statements);
    String what = store + ": page of 50 at %,d events, beside the driver".formatted(events);
    report.time(what, times[0], times[1], 1.5, 0.5);
    double[] depth = Pairs.medianMillis(pages.deepPage(http, events), first);
    report.time(store + ": page 1,000, beside page 1", depth[0], depth[1], 1.2, 0);
    double[] rare = Pairs.medianMillis(pages(sparse, "").page(http, null), first);
    report.time(store + ": one event a day, beside the hot key", rare[0], rare[1], 3, 0);
    for (int i = 0; i < 3; i++) {
      search("needle"); // warms up
    }
    Search found = search("needle");
    if (found.events() != 10) {
      throw new IllegalStateException("found " + found.events() + " needles of 10");
    }
    report.time(
        store + ": search that occurs 10 times, of 1 s", found.millis(), SEARCH_MILLIS_MAX, 1, 0);
    Search absent = search("nothing has this");
    report.time(store + ": search that finds nothing", absent.millis(), found.millis(), 1, 50);
    Search scattered = search(ActivityLines.actor(977), 20); // in every minute, once in a thousand
    report.time(
        store + ": slowest page of a search, of 250 ms",
        Math.max(found.pageMillisMax(), scattered.pageMillisMax()),
        PAGE_MILLIS_MAX,
        1.1,
        0);
  }

  /** How much was found in how many pages, and how long all of them and the slowest took. */
  private record Search(int events, int pages, double millis, double pageMillisMax) {}

  private Search search(String term) {
    return search(term, Integer.MAX_VALUE);
  }

  private Search search(String term, int pagesAtMost) {
    long start = System.nanoTime();
    int events = 0;
    int pages = 0;
    double pageMillisMax = 0;
    Pages found = pages(hot, "&search=" + term.replace(" ", "%20"));
    String cursor = null;
    do {
      long pageStart = System.nanoTime();
      JsonObject answer =
          Load.await(http.send(found.request(Pages.LIMIT, cursor), 200)).toJsonObject();
      events += answer.getJsonArray("items").size();
      cursor = answer.getString("nextPageToken");
      pages++;
      pageMillisMax = Math.max(pageMillisMax, (System.nanoTime() - pageStart) / 1e6);
    } while (cursor != null && pages < pagesAtMost);
    double millis = (System.nanoTime() - start) / 1e6;
    System.err.printf(
        "  %s: \"%s\" %d times in %d pages, %.0f ms, %.0f the slowest%n",
        store, term, events, pages, millis, pageMillisMax);
    return new Search(events, pages, millis, pageMillisMax);
  }

  private Pages pages(ActivityLines lines, String filters) {
    String path = "/v1/tenants/" + tenant + "/tokens/" + lines.token(0) + "/activity";
    return new Pages(path, headers, filters);
  }
}
