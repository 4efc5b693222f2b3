package io.annals.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Full load for minutes: bodies of 1,000 events over 100 tokens from 4 connections, and a reader of
 * pages beside them. What is used of the heap after collecting it, and how long answers take, must
 * not grow.
 */
final class SoakBench {
  private static final int TOKENS = 100;
  private static final int BODY = 1_000;
  private static final int CONNECTIONS = 4;

  /** Until minutes that are over are being summed up beside the load. */
  private static final int WARM_WINDOWS = 6;

  private static final int WINDOWS = 10;
  private static final int THIRD = WINDOWS / 3;
  private static final int WINDOW_SECONDS = 30;

  private final Server server;
  private final Vertx vertx;
  private final String store;

  SoakBench(Server server, Vertx vertx, String store) {
    this.server = server;
    this.vertx = vertx;
    this.store = store;
  }

  /** What a window of half a minute shows. */
  private record Window(double rate, double p50Millis, double p99Millis, double heapMib) {}

  /** Compares the last third of five minutes with the first. */
  void run(Report report) throws IOException, InterruptedException {
    UUID tenant = UUID.randomUUID();
    ActivityLines lines = new ActivityLines(TOKENS);
    String authorization = server.authorization(tenant.toString());
    Buffer request =
        HttpConnection.post(
            ActivityIngestBench.path(tenant), authorization, lines.anonymous(0, BODY));
    String list = "/v1/tenants/" + tenant + "/tokens/" + lines.token(0) + "/activity";
    Buffer page = HttpConnection.request("GET", list, authorization, null);
    ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
    List<Load.Worker> workers = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      HttpConnection connection = Load.await(HttpConnection.open(vertx, server.port()));
      workers.add(
          () -> {
            long start = System.nanoTime();
            return connection
                .send(request, 200)
                .map(ActivityIngestBench::accepted)
                .onSuccess(stored -> millis.add((System.nanoTime() - start) / 1e6));
          });
    }
    Load.await(workers.get(0).work()); // the list is known from now on
    HttpConnection reader = Load.await(HttpConnection.open(vertx, server.port()));
    workers.add(() -> reader.send(page, 200).map(0));
    List<Window> windows = new ArrayList<>();
    for (int i = -WARM_WINDOWS; i < WINDOWS; i++) {
      millis.clear();
      double rate = Load.perSecond(workers, WINDOW_SECONDS);
      double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      Window window =
          new Window(
              rate,
              sorted[sorted.length / 2],
              sorted[sorted.length * 99 / 100],
              server.heapMibAfterCollection());
      System.err.printf("  %s, window %d of %d: %s%n", store, i + 1, WINDOWS, window);
      if (i >= 0) {
        windows.add(window);
      }
    }
    List<Window> early = windows.subList(0, THIRD);
    List<Window> late = windows.subList(WINDOWS - THIRD, WINDOWS);
    report.rate(store + ": late beside early", rate(late), rate(early), "events/s", 0.8);
    report.time(store + ": body, late beside early", p50(late), p50(early), 1.25, 0);
    report.time(store + ": 99 % of bodies, late beside early", p99(late), p99(early), 1.5, 0);
    report.size(store + ": heap, late beside early", heap(late), heap(early), 1.2, 16);
  }

  private static double rate(List<Window> windows) {
    return median(windows.stream().mapToDouble(Window::rate).toArray());
  }

  private static double p50(List<Window> windows) {
    return median(windows.stream().mapToDouble(Window::p50Millis).toArray());
  }

  private static double p99(List<Window> windows) {
    return median(windows.stream().mapToDouble(Window::p99Millis).toArray());
  }

  private static double heap(List<Window> windows) {
    return median(windows.stream().mapToDouble(Window::heapMib).toArray());
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
