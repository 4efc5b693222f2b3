package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class WriteIT {
  private static final long NOW = System.currentTimeMillis();
  private static final long MINUTE = 60_000;

  private final Client client = Client.ofNewTenant();

  @AfterEach
  void close() {
    client.close();
  }

  private int stored(Stream stream) {
    return client.walk(stream, client.list(stream)).size();
  }

  private static void assertReceipt(Answer receipt, int accepted, int duplicates) {
    assertThat(receipt.json().getInteger("accepted")).isEqualTo(accepted);
    assertThat(receipt.json().getInteger("duplicates", 0)).isEqualTo(duplicates);
  }

  private void conflict(Stream stream, Call call, List<UUID> ids) {
    Answer answer = client.call(call);
    assertThat(answer.status()).as("%s", answer).isEqualTo(409);
    for (UUID id : ids) {
      assertThat(answer.text()).contains(id.toString());
    }
    if (stream == Stream.CREDENTIALS) {
      assertThat(answer.json().getJsonArray("ids")).hasSize(ids.size());
    }
  }

  @ParameterizedTest
  @EachAuditStream
  void ids_areAnsweredInTheOrderSent(Stream stream) {
    List<JsonObject> batch = new ArrayList<>();
    List<String> given = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      UUID id = UUID.randomUUID();
      given.add(i % 2 == 0 ? id.toString() : "");
      batch.add(i % 2 == 0 ? stream.itemAt(id, NOW - i) : stream.item());
    }
    List<String> ids = client.ok(client.append(stream, batch)).ids();
    assertThat(ids).hasSize(20).doesNotHaveDuplicates();
    for (int i = 0; i < 20; i += 2) {
      assertThat(ids.get(i)).isEqualTo(given.get(i));
    }
  }

  @ParameterizedTest
  @EachAuditStream
  void assignedIds_areUuidsOfVersion7InTheOrderOfTheBatch(Stream stream) {
    List<JsonObject> batch = Collections.nCopies(1000, stream.item());
    List<String> ids = client.ok(client.append(stream, batch)).ids();
    assertThat(ids).allMatch(id -> UUID.fromString(id).version() == 7).isSorted();
    List<JsonObject> listed = client.walk(stream, client.list(stream).query(stream.limit, 200));
    List<String> newestFirst = new ArrayList<>(ids);
    Collections.reverse(newestFirst);
    assertThat(listed.stream().map(item -> item.getString("id"))).isEqualTo(newestFirst);
    assertThat(listed)
        .allMatch(item -> Math.abs(stream.millis(item) - System.currentTimeMillis()) < 60_000);
  }

  @ParameterizedTest
  @EachAuditStream
  void batchSentAgain_isStoredOnce(Stream stream) {
    List<JsonObject> batch = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      batch.add(stream.itemAt(UUID.randomUUID(), NOW - i));
    }
    Answer first = client.ok(client.append(stream, batch));
    assertReceipt(first, 5, 0);
    batch.add(2, stream.itemAt(UUID.randomUUID(), NOW));
    Answer again = client.ok(client.append(stream, batch));
    assertReceipt(again, 1, 5);
    assertThat(again.ids()).isEqualTo(batch.stream().map(item -> item.getString("id")).toList());
    assertThat(stored(stream)).isEqualTo(6);
  }

  @ParameterizedTest
  @EachAuditStream
  void itemTwiceInABatch_isStoredOnce(Stream stream) {
    JsonObject item = stream.itemAt(UUID.randomUUID(), NOW);
    assertReceipt(client.ok(client.append(stream, item, item, item)), 1, 2);
    assertThat(stored(stream)).isEqualTo(1);
  }

  @ParameterizedTest
  @EachAuditStream
  void idTwiceInABatchWithOtherContent_isAConflict(Stream stream) {
    UUID id = UUID.randomUUID();
    conflict(
        stream,
        client.append(stream, stream.itemAt(id, NOW), stream.itemAt(id, NOW - 1)),
        List.of(id));
    assertThat(stored(stream)).isZero();
  }

  @ParameterizedTest
  @EachAuditStream
  void conflict_namesItsIdsAndStoresNothing(Stream stream) {
    UUID first = UUID.randomUUID();
    UUID second = UUID.randomUUID();
    client.ok(client.append(stream, stream.itemAt(first, NOW), stream.itemAt(second, NOW)));
    Call changed =
        client.append(
            stream,
            stream.itemAt(UUID.randomUUID(), NOW),
            stream.itemAt(first, NOW - 1),
            stream.itemAt(second, NOW - 1));
    conflict(stream, changed, List.of(first, second));
    assertThat(stored(stream)).isEqualTo(2);
  }

  @ParameterizedTest
  @EachAuditStream
  void idOfAnotherTenantOrStream_isNoConflict(Stream stream) {
    UUID id = UUID.randomUUID();
    client.ok(client.append(stream, stream.itemAt(id, NOW)));
    try (Client other = Client.ofNewTenant()) {
      assertReceipt(other.ok(other.append(stream, stream.itemAt(id, NOW - 1))), 1, 0);
    }
    for (Stream further : Stream.values()) {
      if (further != stream) {
        assertReceipt(client.ok(client.append(further, further.itemAt(id, NOW - 2))), 1, 0);
      }
    }
  }

  @Test
  void equalJson_isADuplicateWhateverItsOrder() {
    UUID id = UUID.randomUUID();
    JsonObject item = Stream.LOG.itemAt(id, NOW);
    JsonObject sent = item.copy().put("metadata", new JsonObject("{\"a\":1,\"b\":[2]}"));
    client.ok(client.append(Stream.LOG, sent));
    JsonObject turned = item.copy().put("metadata", new JsonObject("{\"b\":[2],\"a\":1}"));
    assertReceipt(client.ok(client.append(Stream.LOG, turned)), 0, 1);
    JsonObject other = item.copy().put("metadata", new JsonObject("{\"b\":[2],\"a\":2}"));
    conflict(Stream.LOG, client.append(Stream.LOG, other), List.of(id));
  }

  @Test
  void nullAndAbsent_areTheSameEvent() {
    JsonObject item = Stream.EVENTS.itemAt(UUID.randomUUID(), NOW);
    client.ok(client.append(Stream.EVENTS, item.copy().putNull("vm_id").putNull("user_id")));
    assertReceipt(client.ok(client.append(Stream.EVENTS, item)), 0, 1);
    assertReceipt(
        client.ok(client.append(Stream.EVENTS, item.copy().putNull("event_payload"))), 0, 1);
  }

  @ParameterizedTest
  @EachAuditStream
  void oneBadItem_refusesTheWholeBatch(Stream stream) {
    JsonObject bad = stream.item();
    String member = bad.fieldNames().iterator().next();
    bad.remove(member);
    Call call = client.append(stream, stream.item(), stream.item(), bad, stream.item());
    client.invalid(stream, call, "/" + stream.items + "/2/" + member);
    assertThat(stored(stream)).isZero();
  }

  @ParameterizedTest
  @EachAuditStream
  void createdAt_mayBeFiveMinutesAheadButNotLater(Stream stream) {
    long now = System.currentTimeMillis();
    JsonObject item = stream.itemAt(UUID.randomUUID(), now + 5 * MINUTE);
    client.ok(client.append(stream, item));
    JsonObject late = stream.itemAt(UUID.randomUUID(), System.currentTimeMillis() + 6 * MINUTE);
    client.invalid(
        stream, client.append(stream, late), "/" + stream.items + "/0/" + stream.createdAt());
    assertThat(stored(stream)).isEqualTo(1);
  }

  @ParameterizedTest
  @EachAuditStream
  void batch_hasFromOneToAThousandItems(Stream stream) {
    client.invalid(stream, client.append(stream), "/" + stream.items);
    Call tooMany = client.append(stream, Collections.nCopies(1001, stream.item()));
    client.invalid(stream, tooMany, "/" + stream.items);
    assertThat(stored(stream)).isZero();
    client.ok(client.append(stream, Collections.nCopies(1000, stream.item())));
  }

  @ParameterizedTest
  @EachAuditStream
  void manyBadItems_areNamedUpToAHundred(Stream stream) {
    JsonObject bad = stream.item().put("nonsense", 1);
    Answer answer = client.call(client.append(stream, Collections.nCopies(1000, bad)));
    assertThat(answer.status()).isEqualTo(stream.invalid);
    assertThat(stream.culprits(answer))
        .hasSize(100)
        .startsWith("/" + stream.items + "/0/nonsense")
        .endsWith("/" + stream.items + "/99/nonsense");
  }

  @ParameterizedTest
  @EachAuditStream
  void body_isOneObjectWithOneArray(Stream stream) {
    String good = stream.batch(stream.item()).encode();
    String items = "\"" + stream.items + "\":[" + stream.item().encode() + "]";
    Call call = client.append(stream, stream.item());
    for (String body :
        List.of(
            "",
            " ",
            "[]",
            "1",
            "null",
            "\"x\"",
            "{",
            "}",
            good + good,
            good + "x",
            good + " 1",
            good.substring(0, good.length() - 1),
            good.substring(0, good.length() / 2),
            "{" + items + ",}",
            "{" + items + ",\"",
            "{'a':1}",
            "// x\n" + good,
            "nul",
            "\u0000",
            "<xml/>",
            "[".repeat(5000),
            "{\"a\":".repeat(5000))) {
      Answer answer = client.call(call.json(body));
      assertThat(answer.status()).as("%s", body).isEqualTo(stream.invalid);
      assertThat(stream.culprits(answer)).as("%s: %s", body, answer).isNotEmpty();
      assertThat(answer.text()).as("%s", body).doesNotContain("Feature", "Source:", "jackson");
    }
    client.invalid(stream, call.json("{}"), "/" + stream.items);
    client.invalid(stream, call.json("{" + items + ",\"x/~\":1}"), "/x~1~0");
    client.invalid(stream, call.json("{" + items + "," + items + "}"), "/" + stream.items);
    client.invalid(stream, call.json("{\"" + stream.items + "\":{}}"), "/" + stream.items);
    client.invalid(
        stream, call.json("{\"" + stream.items + "\":[null]}"), "/" + stream.items + "/0");
    assertThat(stored(stream)).isZero();
    client.ok(call.json(" \n\t" + good + "\r\n "));
  }

  @ParameterizedTest
  @EachAuditStream
  void body_isUtf8(Stream stream) {
    String member = stream == Stream.LOG ? "action" : stream == Stream.EVENTS ? "source" : "actor";
    String good = stream.batch(stream.item().put(member, "@")).encode();
    Call call = client.append(stream);
    for (byte[] wrong :
        List.of(
            good.getBytes(java.nio.charset.StandardCharsets.UTF_16BE),
            good.getBytes(java.nio.charset.StandardCharsets.UTF_16LE),
            good.getBytes(java.nio.charset.StandardCharsets.UTF_16),
            replaced(good, 0xe9),
            replaced(good, 0xff),
            replaced(good, 0xc1, 0x81),
            replaced(good, 0xc3),
            replaced(good, 0xed, 0xa0, 0x80),
            replaced(good, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80),
            replaced(good, 0xf5, 0x80, 0x80, 0x80))) {
      Answer answer = client.call(call.body(io.vertx.core.buffer.Buffer.buffer(wrong)));
      assertThat(answer.status()).as("%s", answer).isEqualTo(stream.invalid);
      assertThat(stream.culprits(answer)).as("%s", answer).isNotEmpty();
    }
    assertThat(stored(stream)).isZero();
  }

  /** The text with these bytes for its only "@". */
  private static byte[] replaced(String text, int... bytes) {
    StringBuilder latin1 = new StringBuilder();
    for (int b : bytes) {
      latin1.append((char) b);
    }
    return text.replace("@", latin1).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
