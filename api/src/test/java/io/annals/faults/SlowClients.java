package io.annals.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.e2e.Answer;
import io.annals.e2e.Call;
import io.annals.e2e.Stream;
import io.annals.e2e.Wire;
import io.annals.faults.Sender.Form;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Readers who ask for long pages and do not take them, and writers who send a few bytes a second;
 * all on one thread, as they have time.
 */
final class SlowClients implements AutoCloseable {
  static final int COUNT = 1_000;

  private static final int EVENTS = 1_000;
  private static final int ROUND_MILLIS = 1_000;
  private static final int BYTES_A_ROUND = 20;

  private final List<Wire> readers = new ArrayList<>();
  private final List<Wire> writers = new ArrayList<>();
  private final Stranger stranger;
  private final byte[] body;
  private int at;

  /** Connects them, and asks. */
  SlowClients(Site site) {
    stranger = new Stranger(site, UUID.randomUUID());
    fillPage();
    Call page = Call.of("GET", Stream.ACCOUNT.path(stranger.tenant())).query("PageSize", EVENTS);
    byte[] request = stranger.bytes(page);
    body = stranger.bytes(new Sender(2, Stream.LOG, Form.JSON, 5).call(stranger.tenant(), 0));
    at = body.length - 40 * BYTES_A_ROUND;
    for (int i = 0; i < COUNT; i++) {
      readers.add(stranger.connect().send(request));
      writers.add(stranger.connect().send(Arrays.copyOf(body, at)));
    }
  }

  /** Of a mebibyte or so, more than the system takes in for who does not read. */
  private void fillPage() {
    List<JsonObject> events =
        IntStream.range(0, EVENTS)
            .mapToObj(n -> Stream.ACCOUNT.itemAt(new UUID(1, n), System.currentTimeMillis()))
            .map(event -> event.put("path", "/" + "x".repeat(800)))
            .toList();
    Call call = Call.of("POST", Stream.ACCOUNT.appendPath(stranger.tenant()));
    Answer answer = stranger.ask(call.json(Stream.ACCOUNT.batch(events)));
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
  }

  /** Goes on for so long beside the load. */
  void run(int millis, Load load) throws Exception {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() < endNanos) {
      send(BYTES_A_ROUND);
      load.run(ROUND_MILLIS);
    }
  }

  private void send(int bytes) {
    int end = Math.min(at + bytes, body.length - 1);
    byte[] piece = Arrays.copyOfRange(body, at, end);
    writers.forEach(writer -> writer.send(piece));
    at = end;
  }

  /** Takes and sends what is left: each is answered. */
  void finish() {
    byte[] rest = Arrays.copyOfRange(body, at, body.length);
    writers.forEach(writer -> writer.send(rest));
    for (Wire writer : writers) {
      Answer answer = writer.read("POST");
      assertThat(answer).isNotNull();
      assertThat(answer.status()).as("%s", answer).isIn(201, 429, 503);
    }
    for (Wire reader : readers) {
      Answer answer = reader.read("GET");
      assertThat(answer).isNotNull();
      assertThat(answer.status()).isIn(200, 429, 503);
    }
    assertThat(stranger.walk(Stream.LOG).listed()).isEqualTo(5);
  }

  @Override
  public void close() {
    readers.forEach(Wire::close);
    writers.forEach(Wire::close);
  }
}
