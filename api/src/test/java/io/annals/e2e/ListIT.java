package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.Position;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ListIT {
  private static final long NOW = System.currentTimeMillis();
  private static final long HOUR = 3_600_000;

  private final Client client = Client.ofNewTenant();
  private final Random random = new Random(17);

  @AfterEach
  void close() {
    client.close();
  }

  /** Times collide on purpose: the id must decide. */
  private List<JsonObject> write(Stream stream, int count) {
    List<JsonObject> written = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      UUID id = new UUID(random.nextLong(), random.nextLong());
      written.add(stream.itemAt(id, NOW - HOUR + random.nextInt(10)));
    }
    client.ok(client.append(stream, written));
    return written;
  }

  private static List<String> ids(List<JsonObject> items) {
    return items.stream().map(item -> item.getString("id")).toList();
  }

  private static List<String> inOrder(Stream stream, List<JsonObject> written) {
    return written.stream()
        .map(item -> new Position(stream.millis(item), UUID.fromString(item.getString("id"))))
        .sorted(Comparator.reverseOrder())
        .map(position -> position.id().toString())
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void walk_whileOthersWrite_returnsAllThatWasAcknowledgedOnceInOrder(Stream stream)
      throws Exception {
    List<JsonObject> written = write(stream, 60);
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Void> others = CompletableFuture.runAsync(() -> disturb(stream, enough));
    List<JsonObject> walked;
    try {
      walked = client.walk(stream, client.list(stream).query(stream.limit, 7));
    } finally {
      enough.set(true);
      others.get();
    }
    List<String> seen = ids(walked);
    assertThat(seen).doesNotHaveDuplicates().containsSubsequence(inOrder(stream, written));
    assertThat(seen).isEqualTo(inOrder(stream, walked));
  }

  /** Writes before, among and after what is walked over. */
  private void disturb(Stream stream, AtomicBoolean enough) {
    Random times = new Random(18);
    try (Client other = new Client(client.tenant, ApiFixture.token(client.tenant))) {
      while (!enough.get()) {
        long time = NOW - HOUR - 20 + times.nextInt(50);
        other.ok(other.append(stream, stream.itemAt(UUID.randomUUID(), time)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void nextCursor_isNullExactlyAtTheEnd(Stream stream) {
    assertThat(client.newest(stream)).isEmpty();
    write(stream, 7);
    for (int limit = 1; limit <= 8; limit++) {
      Call call = client.list(stream).query(stream.limit, limit);
      int seen = 0;
      Answer page = client.ok(call);
      for (String next = stream.next(page); next != null; next = stream.next(page)) {
        assertThat(stream.items(page)).hasSize(limit);
        seen += limit;
        page = client.ok(call.query(stream.cursor(), next));
      }
      assertThat(stream.items(page)).as("last page of %s", limit).isNotEmpty();
      assertThat(seen + stream.items(page).size()).isEqualTo(7);
    }
  }

  @Test
  void logPages_sayWhetherThereIsMore() {
    write(Stream.LOG, 2);
    Answer first = client.ok(client.list(Stream.LOG).query("limit", 1));
    assertThat(first.json().getBoolean("has_more")).isTrue();
    Answer all = client.ok(client.list(Stream.LOG));
    assertThat(all.json().getBoolean("has_more")).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void absentMembers_areWrittenAsTheDialectDoes(Stream stream) {
    client.ok(client.append(stream, stream.item()));
    JsonObject item = stream.items(client.ok(client.list(stream))).get(0);
    JsonObject sent = stream.item();
    sent.remove("serviceAccountId"); // says whose the token is, not what happened
    sent.fieldNames().forEach(n -> assertThat(item.getValue(n)).isEqualTo(sent.getValue(n)));
    if (stream == Stream.EVENTS) {
      assertThat(item.fieldNames())
          .containsExactlyInAnyOrderElementsOf(
              stream.itemSchema().getJsonObject("properties").fieldNames());
      assertThat(item.getValue("event_payload")).isNull();
    } else {
      assertThat(item.stream().map(java.util.Map.Entry::getValue)).doesNotContainNull();
    }
    if (stream == Stream.LOG) {
      assertThat(item.getJsonObject("metadata")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void uuids_areReadInAnyCaseAndWrittenInLowerCase(Stream stream) {
    UUID id = UUID.randomUUID();
    JsonObject item = stream.itemAt(id, NOW - HOUR);
    item.put("id", id.toString().toUpperCase(Locale.ROOT));
    client.ok(client.append(stream, item));
    String subject = Stream.SUBJECT.toUpperCase(Locale.ROOT);
    Call upperCase =
        client
            .list(stream)
            .target(
                stream
                    .path(client.tenant, subject)
                    .replace(client.tenant.toString(), upperTenant()))
            .without("X-Tenant-ID")
            .header("x-tenant-id", upperTenant());
    assertThat(ids(stream.items(client.ok(upperCase)))).containsExactly(id.toString());
  }

  private String upperTenant() {
    return client.tenant.toString().toUpperCase(Locale.ROOT);
  }

  @ParameterizedTest
  @EnumSource
  void pageSize_isFiftyUnlessGivenAndKeepsItsBounds(Stream stream) {
    write(stream, stream.limitMax);
    write(stream, 1);
    assertThat(stream.items(client.ok(client.list(stream)))).hasSize(50);
    for (int limit : new int[] {1, stream.limitMax}) {
      Answer page = client.ok(client.list(stream).query(stream.limit, limit));
      assertThat(stream.items(page)).hasSize(limit);
      assertThat(stream.next(page)).isNotNull();
    }
    for (long limit : new long[] {0, -1, stream.limitMax + 1, 1L << 32, Long.MIN_VALUE}) {
      client.invalid(stream, client.list(stream).query(stream.limit, limit), stream.limit);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CREDENTIALS", "TOKEN", "ACCOUNT"})
  void skip_passesOverEvents_andTheCursorWinsOverIt(Stream stream) {
    List<String> ids = inOrder(stream, write(stream, 12));
    Call call = client.list(stream).query("PageSize", 5);
    Answer skipped = client.ok(call.query("PageToken.Skip", 3));
    assertThat(ids(stream.items(skipped))).isEqualTo(ids.subList(3, 8));
    String next = stream.next(skipped);
    Answer after = client.ok(call.query("PageToken.Cursor", next).query("PageToken.Skip", 10_000));
    assertThat(ids(stream.items(after))).isEqualTo(ids.subList(8, 12));
    Answer beyond = client.ok(call.query("PageToken.Skip", 10_000));
    assertThat(stream.items(beyond)).isEmpty();
    assertThat(stream.next(beyond)).isNull();
    assertTotal(beyond, 12, call.query("PageToken.Skip", 10_000));
  }

  /** Activity is counted within two seconds. */
  private void assertTotal(Answer page, int expected, Call again) {
    Answer answer = page;
    for (int tries = 0; tries < 30 && answer.json().getInteger("totalCount") != expected; tries++) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      answer = client.ok(again);
    }
    assertThat(answer.json().getInteger("totalCount")).as("%s", again).isEqualTo(expected);
  }

  @Test
  void totalCount_isExactForEveryCombinationOfFilters() {
    List<JsonObject> written = new ArrayList<>();
    List<String> operations = List.of("UNSPECIFIED", "DECRYPT", "SIGN", "ENCRYPT");
    List<String> sensitivities = List.of("UNSPECIFIED", "STANDARD", "PII", "PHI", "FINANCIAL");
    for (int i = 0; i < 150; i++) {
      long time = NOW - random.nextInt((int) (5 * HOUR));
      written.add(
          Stream.CREDENTIALS
              .itemAt(UUID.randomUUID(), time)
              .put("operation", operations.get(random.nextInt(4)))
              .put("sensitivity", sensitivities.get(random.nextInt(5)))
              .put("success", random.nextBoolean()));
    }
    client.ok(client.append(Stream.CREDENTIALS, written));
    for (int i = 0; i < 40; i++) {
      Call call = client.list(Stream.CREDENTIALS).query("PageSize", 9);
      java.util.stream.Stream<JsonObject> matching = written.stream();
      if (random.nextBoolean()) {
        String operation = operations.get(random.nextInt(4));
        call = call.query("operation", operation);
        matching = matching.filter(item -> item.getString("operation").equals(operation));
      }
      if (random.nextBoolean()) {
        String sensitivity = random.nextInt(6) == 0 ? "REGULATED" : sensitivities.get(i % 5);
        call = call.query("sensitivity", sensitivity);
        matching = matching.filter(item -> item.getString("sensitivity").equals(sensitivity));
      }
      if (random.nextBoolean()) {
        boolean success = random.nextBoolean();
        call = call.query("successOnly", success);
        matching = matching.filter(item -> item.getBoolean("success") == success);
      }
      if (random.nextBoolean()) {
        long from = NOW - random.nextInt((int) (5 * HOUR));
        long to = from + random.nextInt((int) HOUR);
        call = call.query("from", from).query("to", to);
        matching =
            matching.filter(
                item -> item.getLong("createdAt") >= from && item.getLong("createdAt") < to);
      }
      List<String> expected = inOrder(Stream.CREDENTIALS, matching.toList());
      assertThat(ids(client.walk(Stream.CREDENTIALS, call))).as("%s", call).isEqualTo(expected);
      assertThat(client.ok(call).json().getLong("totalCount"))
          .as("%s", call)
          .isEqualTo(expected.size());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CREDENTIALS", "TOKEN", "ACCOUNT"})
  void epochRange_isHalfOpenUpToTheEndsOfTime(Stream stream) {
    client.ok(client.append(stream, stream.itemAt(UUID.randomUUID(), NOW)));
    assertThat(count(stream, NOW, NOW)).isZero();
    assertThat(count(stream, NOW, NOW + 1)).isEqualTo(1);
    assertThat(count(stream, NOW - 1, NOW)).isZero();
    assertThat(count(stream, NOW + 1, NOW)).isZero();
    assertThat(count(stream, 0, Long.MAX_VALUE)).isEqualTo(1);
    assertThat(count(stream, Long.MAX_VALUE, Long.MAX_VALUE)).isZero();
    assertThat(count(stream, Long.MAX_VALUE, 0)).isZero();
  }

  private int count(Stream stream, Object from, Object to) {
    Call call = client.list(stream).query("from", from).query("to", to);
    Answer page = client.ok(call);
    if (stream.isOfTenant()) {
      assertTotal(page, stream.items(page).size(), call);
    }
    return stream.items(page).size();
  }

  @Test
  void dateTimeRange_isHalfOpenAndFinerBoundsAreRoundedUp() {
    Stream stream = Stream.LOG;
    JsonObject item = stream.item().put("created_at", "2026-03-01T12:00:00.123999+02:00");
    client.ok(client.append(stream, item));
    JsonObject stored = stream.items(client.ok(client.list(stream))).get(0);
    assertThat(stored.getString("created_at")).isEqualTo("2026-03-01T10:00:00.123Z");
    String later = "2026-04-01T00:00:00Z";
    assertThat(count(stream, "2026-03-01T10:00:00.123Z", later)).isEqualTo(1);
    assertThat(count(stream, "2026-03-01T10:00:00.122001Z", later)).isEqualTo(1);
    assertThat(count(stream, "2026-03-01T10:00:00.123000001Z", later)).isZero();
    assertThat(count(stream, "2026-03-01T11:00:00.123+01:00", later)).isEqualTo(1);
    String earlier = "2026-02-01t00:00:00z";
    assertThat(count(stream, earlier, "2026-03-01T10:00:00.123Z")).isZero();
    assertThat(count(stream, earlier, "2026-03-01T10:00:00.123000001Z")).isEqualTo(1);
    assertThat(count(stream, earlier, "2026-03-01T10:00:00.1239999999Z")).isEqualTo(1);
    assertThat(count(stream, "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"))
        .isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"EVENTS", "LOG"})
  void timesAtTheEndsOfTheCalendar_areWrittenAsDateTimes(Stream stream) {
    client.ok(client.append(stream, stream.item().put("created_at", "0000-01-01T00:00:00Z")));
    assertThat(stream.items(client.ok(client.list(stream))).get(0).getString("created_at"))
        .isEqualTo("0000-01-01T00:00:00.000Z");
    client.invalid(
        stream,
        client.append(stream, stream.item().put("created_at", "0000-01-01T00:00:00+01:00")),
        "/" + stream.items + "/0/created_at");
  }

  @ParameterizedTest
  @EnumSource
  void filters_compareWholeValuesExactly(Stream stream) {
    for (var field : stream.model.filters()) {
      if (!field.type().name().equals("TEXT") || !field.values().isEmpty()) {
        continue;
      }
      String value = "Ünï %+&=\"\\/ 😀 " + field.name();
      client.ok(client.append(stream, stream.item().put(field.name(), value)));
      Call call = client.list(stream);
      assertThat(stream.items(client.ok(call.query(field.name(), value)))).hasSize(1);
      for (String other :
          List.of(value + " ", value.toUpperCase(Locale.ROOT), "%", value.substring(1))) {
        assertThat(stream.items(client.ok(call.query(field.name(), other)))).isEmpty();
      }
    }
  }

  @Test
  void otherTenants_areNeverSeen() {
    for (Stream stream : Stream.values()) {
      write(stream, 3);
      try (Client other = Client.ofNewTenant()) {
        assertThat(other.newest(stream)).isEmpty();
      }
    }
  }
}
