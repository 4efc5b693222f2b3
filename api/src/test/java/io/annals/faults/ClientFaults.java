package io.annals.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.e2e.Answer;
import io.annals.e2e.Call;
import io.annals.e2e.Stream;
import io.annals.faults.Fault.Place;
import io.annals.faults.Fault.Strike;
import io.annals.faults.Sender.Form;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/** What clients do, by accident or not, beside those that behave. */
final class ClientFaults {
  private static final int BAD_LINES = 100_000;
  private static final int BOMB_MIB = 1024;
  private static final int NESTED = 1_000_000;
  private static final int HOUR_MILLIS = 3_600_000;
  private static final int PARTS = 4;

  /** What those that behave have to wait at most, on a machine that is used for much else. */
  private static final int OTHERS_MILLIS_MAX = 5_000;

  static final List<Fault> ALL =
      List.of(
          fault("bodies cut off in the middle (JSON, lines, gzip)", ClientFaults::cutOff),
          fault(
              SlowClients.COUNT + " slow readers and " + SlowClients.COUNT + " slow writers",
              ClientFaults::crowd),
          fault("gzip bombs of " + BOMB_MIB + " MiB", ClientFaults::bombs),
          fault("JSON nested " + NESTED + " levels deep", ClientFaults::nest),
          fault(BAD_LINES + " bad lines", ClientFaults::badLines),
          fault("requests pipelined, and split at every byte", ClientFaults::split),
          fault("clocks of clients an hour off", ClientFaults::wrongClocks));

  private ClientFaults() {}

  private static Fault fault(String name, Strike strike) {
    return new Fault(name, Place.POSTGRES, 1, OTHERS_MILLIS_MAX, strike);
  }

  /** Nothing of a JSON body is stored, and of lines at most those that were whole. */
  private static void cutOff(Site site, Load load) {
    int lines = 100;
    for (Form form : List.of(Form.JSON, Form.LINES, Form.GZIP_LINES)) {
      Stranger stranger = new Stranger(site, UUID.randomUUID());
      Sender sender = new Sender(1, Stream.ACCOUNT, form, lines);
      byte[] request = stranger.bytes(sender.call(stranger.tenant(), 0));
      int step = request.length / Extent.of(40, 10);
      for (int end = step; end < request.length; end += step) {
        stranger.sendAndLeave(Arrays.copyOf(request, end));
      }
      Walk stored = stranger.walk(Stream.ACCOUNT);
      assertThat(stored.twice()).isZero();
      assertThat(stored.spoilt(sender)).isZero();
      assertThat(stored.listed()).isLessThan(form == Form.JSON ? 1 : lines);
    }
  }

  private static void crowd(Site site, Load load) throws Exception {
    try (SlowClients slow = new SlowClients(site)) {
      slow.run(Extent.of(8_000, 5_000), load);
      slow.finish();
    }
    assertThat(load.tally().storedMillis99()).isLessThan(OTHERS_MILLIS_MAX);
  }

  private static void bombs(Site site, Load load) throws IOException {
    Stranger stranger = new Stranger(site, UUID.randomUUID());
    Buffer bomb = bomb();
    Call gzipped =
        Call.of("POST", Stream.ACCOUNT.appendPath(stranger.tenant()))
            .header("Content-Encoding", "gzip")
            .body(bomb);
    assertThat(stranger.ask(gzipped.header("Content-Type", "application/json")).status())
        .isEqualTo(413);
    Answer oneLine = stranger.ask(gzipped.header("Content-Type", "application/x-ndjson"));
    assertThat(oneLine.status()).as("%s", oneLine).isEqualTo(200);
    assertThat(oneLine.json().getInteger("rejected")).isEqualTo(1);
  }

  private static Buffer bomb() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      byte[] mib = new byte[1 << 20];
      Arrays.fill(mib, (byte) ' ');
      mib[0] = '[';
      for (int i = 0; i < BOMB_MIB; i++) {
        out.write(mib);
      }
    }
    return Buffer.buffer(bytes.toByteArray());
  }

  private static void nest(Site site, Load load) {
    Stranger stranger = new Stranger(site, UUID.randomUUID());
    String deep = "[".repeat(NESTED) + "]".repeat(NESTED);
    for (Stream stream : Load.STREAMS) {
      Call call = Call.of("POST", stream.appendPath(stranger.tenant()));
      Answer whole = stranger.ask(call.json(deep));
      assertThat(whole.status()).as("%s", whole).isIn(400, 422);
      Answer member = stranger.ask(call.json("{\"items\":[{\"metadata\":" + deep + "}]}"));
      assertThat(member.status()).as("%s", member).isIn(200, 400, 422);
    }
  }

  private static void badLines(Site site, Load load) {
    Stranger stranger = new Stranger(site, UUID.randomUUID());
    String good = Stream.ACCOUNT.itemAt(new UUID(1, 0), System.currentTimeMillis()).encode();
    Answer answer =
        stranger.ask(
            Call.of("POST", Stream.ACCOUNT.appendPath(stranger.tenant()))
                .header("Content-Type", "application/x-ndjson")
                .body("{\"statusCode\":\"teapot\"}\n".repeat(BAD_LINES) + good));
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(answer.json().getInteger("rejected")).isEqualTo(BAD_LINES);
    assertThat(answer.json().getInteger("accepted")).isEqualTo(1);
    assertThat(answer.json().getJsonArray("errors")).hasSize(100);
    assertThat(stranger.walk(Stream.ACCOUNT).listed()).isEqualTo(1);
  }

  /** Three requests in a row, in parts, wherever the cuts are; each stores the same events. */
  private static void split(Site site, Load load) {
    Stranger stranger = new Stranger(site, UUID.randomUUID());
    Sender audits = new Sender(1, Stream.LOG, Form.JSON, 1);
    Sender calls = new Sender(2, Stream.ACCOUNT, Form.LINES, 1);
    ByteArrayOutputStream three = new ByteArrayOutputStream();
    three.writeBytes(stranger.bytes(audits.call(stranger.tenant(), 0)));
    three.writeBytes(stranger.bytes(calls.call(stranger.tenant(), 0)));
    three.writeBytes(stranger.bytes(Call.of("GET", Stream.LOG.path(stranger.tenant()))));
    byte[] bytes = three.toByteArray();
    int part = bytes.length / PARTS;
    int step = Extent.of(1, 20);
    for (int first = 1; first <= part; first += step) {
      stranger.pipeline(bytes, first, part, List.of(201, 200, 200));
    }
    stranger.drip(bytes, List.of(201, 200, 200));
    assertThat(stranger.walk(Stream.LOG).listed()).isEqualTo(1);
    assertThat(stranger.walk(Stream.ACCOUNT).listed()).isEqualTo(1);
  }

  /** What happened in the past is taken, and what is still to come is refused. */
  private static void wrongClocks(Site site, Load load) {
    Stranger stranger = new Stranger(site, UUID.randomUUID());
    long now = System.currentTimeMillis();
    for (Stream stream : Load.STREAMS) {
      Call call = Call.of("POST", stream.appendPath(stranger.tenant()));
      JsonObject behind = stream.itemAt(new UUID(1, 0), now - HOUR_MILLIS);
      JsonObject ahead = stream.itemAt(new UUID(1, 1), now + HOUR_MILLIS);
      assertThat(stranger.ask(call.json(stream.batch(List.of(behind)))).status()).isIn(200, 201);
      Answer refused = stranger.ask(call.json(stream.batch(List.of(ahead))));
      if (stream.isActivity()) {
        assertThat(refused.json().getInteger("rejected")).isEqualTo(1);
      } else {
        assertThat(refused.status()).isIn(400, 422);
      }
      assertThat(stranger.walk(stream).listed()).as("%s", stream).isEqualTo(1);
    }
  }
}
