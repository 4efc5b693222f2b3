package io.annals.e2e;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * Many clients of one tenant at once: some post bodies, one sends lines without end, some read.
 * What was refused is sent again, and each client knows which of its events were acknowledged.
 *
 * <p>An event's id says whose it is and which: the sender in the upper half, from 0 in the lower.
 */
final class ActivityLoad {
  static final List<String> TOKENS =
      List.of(
          "0c4c9a52-43a5-4f0f-8f0e-0d8a7a53b001",
          "0c4c9a52-43a5-4f0f-8f0e-0d8a7a53b002",
          "0c4c9a52-43a5-4f0f-8f0e-0d8a7a53b003",
          "0c4c9a52-43a5-4f0f-8f0e-0d8a7a53b004");

  /** 12 s of a stall, the 10 s that a store waits itself, and a slow machine. */
  static final int ANSWER_MILLIS_MAX = 25_000;

  private static final int BODY_EVENTS = 1000;
  private static final int PAUSE_MILLIS = 100;

  private final String url;
  private final UUID tenant;
  private final String credential;
  private final long startMillis = System.currentTimeMillis();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<?>> clients = new ArrayList<>();

  /** By sender, how many of its events, from the first, were acknowledged. */
  private final Map<Integer, Long> acknowledged = new ConcurrentHashMap<>();

  /** How many answers there were by what was asked and the status. */
  private final Map<String, AtomicLong> answers = new ConcurrentSkipListMap<>();

  private final AtomicLong longestMillis = new AtomicLong();
  private volatile boolean ending;

  ActivityLoad(String url, UUID tenant, String credential) {
    this.url = url;
    this.tenant = tenant;
    this.credential = credential;
  }

  void start(int posters, int streams, int readers) {
    int sender = 0;
    for (int i = 0; i < posters; i++) {
      start(this::post, sender++);
    }
    for (int i = 0; i < streams; i++) {
      start(this::stream, sender++);
    }
    for (int i = 0; i < readers; i++) {
      start(this::read, i);
    }
  }

  private void start(IntConsumer client, int number) {
    clients.add(threads.submit(() -> client.accept(number)));
  }

  /** By sender, how many of its events, from the first, were acknowledged by now. */
  Map<Integer, Long> acknowledged() {
    return Map.copyOf(acknowledged);
  }

  Map<String, AtomicLong> answers() {
    return answers;
  }

  /** How many bodies were refused for now. */
  long refusedBodies() {
    return Stream.of("post 429", "post 503")
        .mapToLong(answer -> answers.getOrDefault(answer, new AtomicLong()).get())
        .sum();
  }

  /** The longest that an answer, or room for more lines, was waited for since the last call. */
  long takeLongestMillis() {
    return longestMillis.getAndSet(0);
  }

  /** Ends what is under way; fails as the first client that failed. */
  void end() throws Exception {
    ending = true;
    threads.shutdown();
    for (Future<?> client : clients) {
      client.get(1, TimeUnit.MINUTES);
    }
  }

  /** Fails if a client does not work any more. */
  void check() throws Exception {
    for (Future<?> client : clients) {
      if (client.isDone()) {
        client.get();
      }
    }
  }

  private Call call(String method, String path) {
    return Call.of(method, "/v1/tenants/" + tenant + path)
        .header("Authorization", "Bearer " + credential);
  }

  /** One body after the other, each until it is stored; every second sender as one JSON. */
  private void post(int sender) {
    Call call = call("POST", "/activity");
    long done = 0;
    Wire wire = new Wire(url, ANSWER_MILLIS_MAX);
    while (!ending) {
      String lines = lines(sender, done);
      Call body =
          sender % 2 == 0
              ? call.json("{\"items\":[" + lines.strip().replace('\n', ',') + "]}")
              : call.header("Content-Type", "application/x-ndjson").body(lines);
      long startNanos = System.nanoTime();
      Answer answer = answer("post", wire.send(body.bytes()), startNanos);
      done = settled(sender, done, BODY_EVENTS, answer);
      wire = next(wire, answer);
    }
    wire.close();
  }

  /** One body as long as the server takes it, then another one from where that ended. */
  private void stream(int sender) {
    long done = 0;
    while (!ending) {
      Call call = call("POST", "/activity").header("Content-Type", "application/x-ndjson");
      try (Wire wire = new Wire(url, ANSWER_MILLIS_MAX)) {
        String head = new String(call.body("").inChunks().bytes(), StandardCharsets.UTF_8);
        wire.send(head.substring(0, head.indexOf("\r\n\r\n") + 4));
        long sent = 0;
        long startNanos = System.nanoTime();
        while (!ending && !wire.isAnswered()) {
          startNanos = System.nanoTime();
          byte[] lines = lines(sender, done + sent).getBytes(StandardCharsets.UTF_8);
          wire.send(Integer.toHexString(lines.length) + "\r\n").send(lines).send("\r\n");
          sent += BODY_EVENTS;
          waited(startNanos);
        }
        Answer answer = answer("stream", wire.send("0\r\n\r\n"), startNanos);
        done = settled(sender, done, sent, answer);
        pauseIfRefused(answer);
      }
    }
  }

  private void read(int reader) {
    Wire wire = new Wire(url, ANSWER_MILLIS_MAX);
    String first = "/tokens/" + TOKENS.get(reader % TOKENS.size()) + "/activity?PageSize=1000";
    String next = first;
    while (!ending) {
      long startNanos = System.nanoTime();
      Answer answer = answer("read", wire.send(call("GET", next).bytes()), startNanos);
      String cursor = answer.status() == 200 ? answer.json().getString("nextPageToken") : null;
      next = cursor == null ? first : first + "&PageToken.Cursor=" + cursor;
      wire = next(wire, answer);
    }
    wire.close();
  }

  private Answer answer(String asked, Wire wire, long startNanos) {
    Answer answer = Objects.requireNonNull(wire.read("POST"), "closed without an answer: " + asked);
    waited(startNanos);
    int status = answer.status();
    answers.computeIfAbsent(asked + " " + status, s -> new AtomicLong()).incrementAndGet();
    boolean later = status == 429 || status == 503;
    boolean unread = asked.equals("read") && status == 404; // nothing is stored yet
    if (status != 200 && !unread && !(later && answer.header("retry-after") != null)) {
      throw new AssertionError(asked + ": " + answer);
    }
    return answer;
  }

  private void waited(long startNanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    longestMillis.accumulateAndGet(millis, Math::max);
  }

  /** How many of the sender's events are stored after this answer to so many beyond the first. */
  private long settled(int sender, long done, long sent, Answer answer) {
    long settled = 0;
    if (answer.status() == 200) {
      if (answer.json().getLong("accepted") != sent) {
        throw new AssertionError(sent + " events, but " + answer);
      }
      settled = sent;
    } else {
      settled = answer.json().getLong("resumeFromLine", 1L) - 1;
    }
    acknowledged.put(sender, done + settled);
    return done + settled;
  }

  private Wire next(Wire wire, Answer answer) {
    pauseIfRefused(answer);
    if (!"close".equals(answer.header("connection"))) {
      return wire;
    }
    wire.close();
    return new Wire(url, ANSWER_MILLIS_MAX);
  }

  private static void pauseIfRefused(Answer answer) {
    if (answer.status() != 200) {
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** A body's events from this one on, one a line; the same event whenever it is asked for. */
  private String lines(int sender, long first) {
    StringBuilder lines = new StringBuilder();
    for (long n = first; n < first + BODY_EVENTS; n++) {
      lines
          .append("{\"id\":\"")
          .append(new UUID(sender, n))
          .append("\",\"createdAt\":")
          .append(startMillis + n / 100)
          .append(",\"tokenId\":\"")
          .append(TOKENS.get((int) (n % TOKENS.size())))
          .append("\",\"method\":\"POST\",\"path\":\"/v1/invoices/")
          .append(n)
          .append("\",\"statusCode\":201,\"latencyMs\":12,\"remoteIp\":\"10.0.0.")
          .append(sender)
          .append("\",\"actor\":\"worker-")
          .append(sender)
          .append("\"}\n");
    }
    return lines.toString();
  }
}
