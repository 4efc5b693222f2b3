package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.Scopes;
import io.annals.auth.TestTokens;
import io.annals.contract.ApiOperation;
import io.annals.server.AnnalsServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;

/** The life of a key, as it stands in its history and in the activity that its calls leave. */
class OwnActivityIT {
  private static final int CONNECTIONS = 8;
  private static final int CALLS_EACH = 125;

  /** Within which a call is seen, and a revocation heard of by other servers. */
  private static final long SEEN_MILLIS = 2000;

  private static final long HEARD_MILLIS = 1000;

  private final KeyClient keys = KeyClient.ofNewTenant("postgres");
  private final String account = keys.account("ci");
  private final JsonObject minted = keys.post("tokens", newToken());
  private final String token = "tokens/" + minted.getString("id");

  private JsonObject newToken() {
    return KeyClient.newToken()
        .put("serviceAccountId", account)
        .put("scopes", new JsonArray(new ArrayList<>(Scopes.KNOWN)));
  }

  @AfterEach
  void close() {
    keys.close();
  }

  private JsonObject rotate(int overlapSeconds) {
    Call rotation = keys.call("POST", token + "/rotate");
    return keys.ok(rotation.json(new JsonObject().put("overlapSeconds", overlapSeconds))).json();
  }

  /** A call with this secret. */
  private Call with(String secret) {
    return Call.of("GET", Stream.LOG.path(keys.tenant()))
        .header("X-Tenant-ID", keys.tenant().toString())
        .header("X-API-Key", secret);
  }

  private int status(AnnalsServer server, String secret) {
    try (Wire wire = new Wire(server.url())) {
      return Objects.requireNonNull(wire.send(with(secret).bytes()).read("GET")).status();
    }
  }

  private int status(String secret) {
    return status(ApiFixture.server(), secret);
  }

  private void callOnManyConnections(String secret) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        done.add(clients.submit(() -> callOnOneConnection(secret)));
      }
      for (Future<?> each : done) {
        each.get(1, TimeUnit.MINUTES);
      }
    } finally {
      clients.shutdownNow();
    }
  }

  private void callOnOneConnection(String secret) {
    try (Wire wire = new Wire(ApiFixture.server().url())) {
      for (int i = 0; i < CALLS_EACH; i++) {
        Answer answer = wire.send(with(secret).bytes()).read("GET");
        assertThat(Objects.requireNonNull(answer).status()).isEqualTo(200);
      }
    }
  }

  /** Everything that this list has as soon as it is as long as this; no later than it may be. */
  private List<JsonObject> seen(String path, int count, long sinceNanos) {
    awaitCalls(path, count, sinceNanos);
    List<JsonObject> items = list(path);
    assertThat(items).hasSize(count);
    return items;
  }

  private void awaitCalls(String path, int count, long sinceNanos) {
    long deadlineNanos = sinceNanos + TimeUnit.MILLISECONDS.toNanos(SEEN_MILLIS);
    Call last = keys.call("GET", path).query("PageSize", 1).query("PageToken.Skip", count - 1);
    boolean isThere = false;
    while (!isThere) {
      assertThat(System.nanoTime()).as("%s", path).isLessThan(deadlineNanos);
      Answer page = keys.call(last);
      isThere = page.status() == 200 && !Stream.TOKEN.items(page).isEmpty();
    }
  }

  private List<JsonObject> list(String path) {
    List<JsonObject> items = new ArrayList<>();
    Call first = keys.call("GET", path).query("PageSize", 1000);
    Answer page = keys.ok(first);
    items.addAll(Stream.TOKEN.items(page));
    for (String next = Stream.TOKEN.next(page); next != null; next = Stream.TOKEN.next(page)) {
      page = keys.ok(first.query("PageToken.Cursor", next));
      items.addAll(Stream.TOKEN.items(page));
    }
    return items;
  }

  private static Map<String, Integer> countsByPrefixAndStatus(List<JsonObject> calls) {
    Map<String, Integer> counts = new TreeMap<>();
    for (JsonObject call : calls) {
      counts.merge(
          call.getString("keyPrefix") + " " + call.getInteger("statusCode"), 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void key_leavesItsWholeLife() throws Exception {
    String first = minted.getString("secret");
    callOnManyConnections(first);
    JsonObject rotated = rotate(3600);
    String second = rotated.getString("secret");
    for (int i = 0; i < 10; i++) {
      assertThat(status(first)).isEqualTo(200);
      assertThat(status(second)).isEqualTo(200);
    }
    assertThat(status(TestTokens.forgedKey(rotated.getString("keyPrefix")))).isEqualTo(401);
    keys.delete(token);
    for (int i = 0; i < 3; i++) {
      assertThat(status(first)).isEqualTo(401);
      assertThat(status(second)).isEqualTo(401);
    }
    long calledNanos = System.nanoTime();

    int calls = CONNECTIONS * CALLS_EACH + 27;
    awaitCalls("serviceAccounts/" + account + "/activity", calls, calledNanos);
    List<JsonObject> activity = seen(token + "/activity", calls, calledNanos);
    assertThat(list("serviceAccounts/" + account + "/activity")).isEqualTo(activity);
    assertThat(countsByPrefixAndStatus(activity))
        .isEqualTo(
            Map.of(
                minted.getString("keyPrefix") + " 200", CONNECTIONS * CALLS_EACH + 10,
                minted.getString("keyPrefix") + " 401", 3,
                rotated.getString("keyPrefix") + " 200", 10,
                rotated.getString("keyPrefix") + " 401", 4));
    Set<JsonObject> kinds = new HashSet<>();
    for (JsonObject call : activity) {
      assertThat(call.getInteger("latencyMs")).isBetween(0, 60_000);
      JsonObject kind = call.copy();
      List.of("id", "createdAt", "latencyMs", "keyPrefix", "statusCode").forEach(kind::remove);
      kinds.add(kind);
    }
    assertThat(kinds)
        .containsExactly(
            new JsonObject()
                .put("tenantId", keys.tenant().toString())
                .put("tokenId", minted.getString("id"))
                .put("method", "GET")
                .put("path", "/v1/audit-log")
                .put("remoteIp", "127.0.0.1")
                .put("actor", account));

    List<JsonObject> history = keys.list(token + "/auditEvents");
    assertThat(history)
        .extracting(event -> event.getString("operation"))
        .containsExactly("REVOKE", "ROTATE", "MINT");
    assertThat(keys.list("serviceAccounts/" + account + "/auditEvents"))
        .startsWith(history.toArray(JsonObject[]::new))
        .extracting(event -> event.getString("operation"))
        .endsWith("PROVISION");
  }

  @Test
  void callOfAnyOperation_isRecordedUnderItsRoute() {
    List<ApiOperation> operations =
        AccessMatrixIT.operations().stream()
            .map(Named::getPayload)
            .filter(operation -> !operation.isPublic())
            .toList();
    for (ApiOperation operation : operations) {
      Call call = MinimalCall.of(operation, keys.tenant(), Set.of());
      keys.call(call.header("X-API-Key", minted.getString("secret")));
    }
    assertThat(seen(token + "/activity", operations.size(), System.nanoTime()))
        .extracting(OwnActivityIT::route)
        .containsExactlyInAnyOrderElementsOf(
            operations.stream().map(o -> o.method().name() + " " + o.path()).toList());
  }

  @Test
  void callWithATokenMadeWithAKey_isRecordedAsTheExchangeIs() {
    String jwt = keys.exchange(minted, Set.copyOf(Scopes.KNOWN));
    Call own = keys.call("GET", token).without("Authorization");
    keys.ok(own.header("Authorization", "Bearer " + jwt));
    keys.delete(token);
    keys.answer(own.header("Authorization", "Bearer " + jwt), 401);
    List<JsonObject> calls = seen(token + "/activity", 3, System.nanoTime());
    assertThat(calls)
        .extracting(call -> call.getInteger("statusCode"))
        .containsExactly(401, 200, 200);
    assertThat(calls.subList(1, 3))
        .extracting(OwnActivityIT::route)
        .containsExactly("GET /v1/tenants/{tenant}/tokens/{token}", "POST /v1/auth/token");
  }

  private static String route(JsonObject call) {
    return call.getString("method") + " " + call.getString("path");
  }

  @Test
  void endedSecrets_areRefusedByOtherServersWithinASecond() {
    Vertx vertx = Vertx.vertx();
    AnnalsServer other = ApiFixture.startServer(vertx);
    try {
      String first = minted.getString("secret");
      assertThat(status(other, first)).isEqualTo(200);
      String second = rotate(0).getString("secret");
      assertRefusedInTime(other, first);
      assertThat(status(other, second)).isEqualTo(200);
      keys.delete(token);
      assertRefusedInTime(other, second);
    } finally {
      ApiFixture.await(other.stop());
      ApiFixture.await(vertx.close());
    }
  }

  private void assertRefusedInTime(AnnalsServer server, String secret) {
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HEARD_MILLIS);
    long askedNanos = System.nanoTime();
    while (status(server, secret) != 401) {
      assertThat(askedNanos).as("when a call was let in").isLessThan(deadlineNanos);
      askedNanos = System.nanoTime();
    }
  }
}
