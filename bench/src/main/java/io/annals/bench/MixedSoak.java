package io.annals.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * All that clients do, for half an hour: writes to both kinds of record, pages, searches and calls
 * with an API key, at seven tenths of the rates that the machine reached when nobody held back.
 * Nothing may fail, and neither memory nor times may grow.
 */
final class MixedSoak {
  private static final double LOAD = 0.7;
  private static final int WARM_SECONDS = 60;
  private static final int CAPACITY_SECONDS = 60;
  private static final int TOKENS = 100;
  private static final int BODY = 1_000;
  private static final int BATCH = 20;

  /** One thing that is done again and again, on connections of its own. */
  private record Kind(String name, List<Load.Worker> workers, Recorder micros) {}

  private final Server server;
  private final Vertx vertx;
  private final int minutes;
  private final UUID tenant = UUID.randomUUID();
  private final ActivityLines lines = new ActivityLines(TOKENS);
  private final List<Kind> kinds = new ArrayList<>();
  private String authorization = "";

  MixedSoak(Server server, Vertx vertx, int minutes) {
    this.server = server;
    this.vertx = vertx;
    this.minutes = minutes;
  }

  /** Runs it all and returns the tables, as Markdown. */
  String run(Report report) throws IOException, InterruptedException {
    authorization = server.authorization(tenant.toString());
    prepare();
    Load.perSecond(kinds.stream().flatMap(kind -> kind.workers().stream()).toList(), WARM_SECONDS);
    Map<Kind, Double> rates = capacities();
    SoakTables tables = new SoakTables(kinds.stream().map(Kind::name).toList());
    rates.forEach((kind, rate) -> tables.rate(kind.name(), rate, LOAD * rate));
    long endNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
    List<Future<Void>> loops = new ArrayList<>();
    rates.forEach(
        (kind, rate) ->
            kind.workers()
                .forEach(
                    worker ->
                        loops.add(
                            Paced.run(
                                vertx,
                                worker,
                                LOAD * rate / kind.workers().size(),
                                kind.micros(),
                                endNanos))));
    Future<?> all = Future.all(loops);
    for (int minute = 1; minute <= minutes; minute++) {
      TimeUnit.MINUTES.sleep(1);
      if (all.failed()) {
        throw new IllegalStateException("in minute " + minute, all.cause());
      }
      Map<String, Histogram> times = new LinkedHashMap<>();
      kinds.forEach(kind -> times.put(kind.name(), kind.micros().getIntervalHistogram()));
      tables.minute(times, server.heapMibAfterCollection(), server.residentMib());
    }
    Load.await(all);
    tables.report(report);
    return tables.markdown();
  }

  private void prepare() {
    String activity = "/v1/tenants/" + tenant + "/tokens/" + lines.token(0) + "/activity";
    String audit = CredentialAudit.path(tenant.toString());
    Buffer body =
        HttpConnection.post(
            ActivityIngestBench.path(tenant), authorization, lines.anonymous(0, BODY));
    Buffer batch =
        HttpConnection.request("POST", audit, authorization, CredentialAudit.items(BATCH));
    kind("activity, bodies of 1,000", 4, body, 200, answer -> ActivityIngestBench.accepted(answer));
    kind("audit, batches of 20", 4, batch, 201, answer -> BATCH);
    JsonObject key = mint();
    Buffer withKey =
        HttpConnection.request(
            "GET",
            "/v1/tenants/" + tenant + "/tokens/" + key.getString("id") + "/activity",
            "X-API-Key: " + key.getString("secret") + "\r\n",
            null);
    kind("activity, page of 50", 2, page(activity, ""), 200, answer -> Pages.LIMIT);
    kind("activity, search", 1, page(activity, "&search=user977"), 200, answer -> Pages.LIMIT);
    kind("audit, page of 50", 2, page(audit, ""), 200, answer -> Pages.LIMIT);
    kind("call with an API key", 2, withKey, 200, answer -> 1);
  }

  private Buffer page(String path, String filters) {
    return new Pages(path, authorization, filters).request(Pages.LIMIT, null);
  }

  private void kind(String name, int connections, Buffer request, int status, Answer answer) {
    List<Load.Worker> workers = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      HttpConnection connection = Load.await(HttpConnection.open(vertx, server.port()));
      workers.add(() -> connection.send(request, status).map(answer::events));
    }
    Load.await(workers.get(0).work()); // lists are known from now on
    kinds.add(new Kind(name, workers, new Recorder(3)));
  }

  /** How many events an answer stands for. */
  private interface Answer {
    int events(Buffer body);
  }

  private JsonObject mint() {
    HttpConnection http = Load.await(HttpConnection.open(vertx, server.port()));
    JsonObject token =
        new JsonObject()
            .put("name", "soak")
            .put("userId", "soak")
            .put("scopes", JsonArray.of("activity:read"));
    Buffer request =
        HttpConnection.request(
            "POST", "/v1/tenants/" + tenant + "/tokens", authorization, token.encode());
    JsonObject minted = Load.await(http.send(request, 201)).toJsonObject();
    http.close();
    return minted;
  }

  /** How often a second each kind is done when all are done as often as they can. */
  private Map<Kind, Double> capacities() {
    Map<Kind, LongAdder> done = new LinkedHashMap<>();
    List<Load.Worker> counted = new ArrayList<>();
    for (Kind kind : kinds) {
      LongAdder count = new LongAdder();
      done.put(kind, count);
      for (Load.Worker worker : kind.workers()) {
        counted.add(
            () -> {
              count.increment();
              return worker.work();
            });
      }
    }
    long startNanos = System.nanoTime();
    Load.perSecond(counted, CAPACITY_SECONDS);
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    Map<Kind, Double> rates = new LinkedHashMap<>();
    done.forEach((kind, count) -> rates.put(kind, count.sum() / seconds));
    return rates;
  }
}
