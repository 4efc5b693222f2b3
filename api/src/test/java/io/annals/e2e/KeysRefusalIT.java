package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused of keys, and that nothing is changed by what is refused. */
@ParameterizedClass
@ValueSource(strings = {"memory", "postgres"})
class KeysRefusalIT {
  private final KeyClient keys;
  private String account = "";
  private String token = "";

  KeysRefusalIT(String store) {
    keys = KeyClient.ofNewTenant(store);
  }

  @BeforeEach
  void make() {
    account = keys.account("ci");
    token = keys.mint(account).getString("id");
  }

  @AfterEach
  void close() {
    assertThat(keys.list("serviceAccounts")).as("accounts").hasSize(1);
    assertThat(keys.list("tokens")).as("tokens").hasSize(1);
    assertThat(keys.list("serviceAccounts/" + account + "/auditEvents")).hasSize(2);
    keys.close();
  }

  /** Every operation on an account or a token, with an id of its own. */
  private List<Call> onSubjects(KeyClient client, String accountId, String tokenId) {
    return List.of(
        client.call("GET", "serviceAccounts/" + accountId),
        client.call("GET", "serviceAccounts/" + accountId + "/auditEvents"),
        client.call("DELETE", "serviceAccounts/" + accountId),
        client.call("GET", "tokens/" + tokenId),
        client.call("GET", "tokens/" + tokenId + "/auditEvents"),
        client.call("POST", "tokens/" + tokenId + "/rotate"),
        client.call("DELETE", "tokens/" + tokenId));
  }

  private static List<Call> onLists(KeyClient client) {
    JsonObject minted = KeyClient.newToken().put("userId", "ada");
    return List.of(
        client.call("GET", "serviceAccounts"),
        client.call("POST", "serviceAccounts").json(new JsonObject().put("name", "x")),
        client.call("GET", "tokens"),
        client.call("POST", "tokens").json(minted));
  }

  @Test
  void idsThatAreNotKnown_areNotFoundWhateverTheReason() {
    try (KeyClient stranger = keys.ofAnotherTenant()) {
      for (Call call : onSubjects(stranger, account, token)) {
        stranger.answer(call, 404);
      }
    }
    for (String id :
        List.of(UUID.randomUUID().toString(), "key-42", "1-1-1-1-1", "%20", token + "x")) {
      for (Call call : onSubjects(keys, id, id)) {
        Answer answer = keys.answer(call, 404);
        assertThat(answer.json().getString("detail")).endsWith("in the path is not known here");
      }
    }
    for (Call call : onSubjects(keys, token, account)) {
      keys.answer(call, 404);
    }
  }

  @Test
  void missingScope_isNamed() {
    try (KeyClient reader = keys.with("keys:read", "audit:read");
        KeyClient writer = keys.with("keys:write", "audit:read");
        KeyClient other = keys.with("audit:read", "audit:write", "activity:read")) {
      for (Call call : onSubjects(reader, account, token)) {
        assertForbidden(call, reader, writer, other);
      }
      for (Call call : onLists(reader)) {
        assertForbidden(call, reader, writer, other);
      }
    }
  }

  /** The call is the reader's; it is sent with each other's credential in its place. */
  private void assertForbidden(Call call, KeyClient reader, KeyClient writer, KeyClient other) {
    boolean reads = call.method().equals("GET");
    String path = call.target().substring(("/v1/tenants/" + keys.tenant() + "/").length());
    for (KeyClient client : reads ? List.of(writer, other) : List.of(reader, other)) {
      Call own = client.call(call.method(), path);
      Buffer body = call.body();
      Answer answer = client.answer(body == null ? own : own.json(body.toString()), 403);
      assertThat(answer.json().getString("detail")).contains(reads ? "keys:read" : "keys:write");
    }
  }

  @Test
  void nobody_handsOutAScopeThatTheyLack() {
    try (KeyClient writer = keys.with("keys:write", "keys:read")) {
      JsonObject wanted =
          KeyClient.newToken()
              .put("serviceAccountId", account)
              .put("scopes", JsonArray.of("keys:read", "activity:write"));
      Answer answer = writer.answer(writer.call("POST", "tokens").json(wanted), 403);
      assertThat(answer.json().getString("detail")).contains("activity:write");
      Answer rotation = writer.answer(writer.call("POST", "tokens/" + token + "/rotate"), 403);
      assertThat(rotation.json().getString("detail")).contains("audit:read");
    }
  }

  @Test
  void otherTenants_areForbiddenWhetherOrNotTheyExist() {
    try (KeyClient stranger = keys.ofAnotherTenant()) {
      for (Call call : onSubjects(stranger, account, token)) {
        String own = call.target();
        for (UUID tenant : List.of(keys.tenant(), UUID.randomUUID())) {
          String foreign = own.replace(stranger.tenant().toString(), tenant.toString());
          stranger.answer(call.target(foreign), 403);
        }
      }
    }
  }

  @Test
  void badAccounts_areRefusedWithTheirPlace() {
    Map<String, String> bad =
        Map.ofEntries(
            Map.entry("", ""),
            Map.entry("[]", ""),
            Map.entry("{\"name\":\"x\"", ""),
            Map.entry("{\"name\":\"x\"} {}", ""),
            Map.entry("{}", "/name"),
            Map.entry("{\"name\":null}", "/name"),
            Map.entry("{\"name\":\"\"}", "/name"),
            Map.entry("{\"name\":7}", "/name"),
            Map.entry("{\"name\":\"\\u0000\"}", "/name"),
            Map.entry("{\"name\":\"" + "x".repeat(257) + "\"}", "/name"),
            Map.entry("{\"name\":\"x\",\"name\":\"x\"}", "/name"),
            Map.entry("{\"name\":\"x\",\"description\":\"\"}", "/description"),
            Map.entry("{\"name\":\"x\",\"description\":null}", "/description"),
            Map.entry(
                "{\"name\":\"x\",\"description\":\"" + "x".repeat(4097) + "\"}", "/description"),
            Map.entry("{\"name\":\"x\",\"a/b~\":1}", "/a~1b~0"),
            Map.entry("{\"name\":\"x\",\"id\":\"" + account + "\"}", "/id"),
            Map.entry("{\"name\":\"x\",\"createdBy\":\"me\"}", "/createdBy"));
    bad.forEach((body, at) -> keys.invalid(keys.call("POST", "serviceAccounts").json(body), at));
  }

  @Test
  void badTokens_areRefusedWithTheirPlace() {
    JsonObject good = KeyClient.newToken().put("serviceAccountId", account);
    Map<JsonObject, String> bad =
        Map.ofEntries(
            Map.entry(with(good, "name", ""), "/name"),
            Map.entry(with(good, "scopes", new JsonArray()), "/scopes"),
            Map.entry(with(good, "scopes", "audit:read"), "/scopes"),
            Map.entry(with(good, "scopes", JsonArray.of("audit:read", "audit")), "/scopes/1"),
            Map.entry(with(good, "scopes", JsonArray.of(1)), "/scopes/0"),
            Map.entry(with(good, "scopes", JsonArray.of(JsonArray.of("x"))), "/scopes/0"),
            Map.entry(with(good, "scopes", JsonArray.of("keys:read", "keys:read")), "/scopes/1"),
            Map.entry(with(good, "serviceAccountId", "ci"), "/serviceAccountId"),
            Map.entry(
                with(good, "serviceAccountId", UUID.randomUUID().toString()), "/serviceAccountId"),
            Map.entry(with(good, "serviceAccountId", token), "/serviceAccountId"),
            Map.entry(with(good, "userId", "ada"), ""),
            Map.entry(KeyClient.newToken(), ""),
            Map.entry(with(KeyClient.newToken(), "userId", " "), "/userId"),
            Map.entry(with(KeyClient.newToken(), "userId", "ada\nroot"), "/userId"),
            Map.entry(with(good, "expiresAt", 0), "/expiresAt"),
            Map.entry(with(good, "expiresAt", System.currentTimeMillis()), "/expiresAt"),
            Map.entry(with(good, "expiresAt", -1), "/expiresAt"),
            Map.entry(with(good, "expiresAt", "2027-01-01T00:00:00Z"), "/expiresAt"),
            Map.entry(with(good, "expiresAt", null), "/expiresAt"),
            Map.entry(with(good, "secret", "annals_mine"), "/secret"),
            Map.entry(with(good, "status", "ACTIVE"), "/status"));
    bad.forEach((body, at) -> keys.invalid(keys.call("POST", "tokens").json(body), at));
    try (KeyClient stranger = keys.ofAnotherTenant()) {
      stranger.invalid(stranger.call("POST", "tokens").json(good), "/serviceAccountId");
    }
  }

  private static JsonObject with(JsonObject good, String member, Object value) {
    return good.copy().put(member, value);
  }

  @Test
  void badRotations_areRefusedWithTheirPlace() {
    Call call = keys.call("POST", "tokens/" + token + "/rotate");
    for (String value : List.of("-1", "604801", "1.5", "\"1\"", "null", "1e9")) {
      keys.invalid(call.json("{\"overlapSeconds\":" + value + "}"), "/overlapSeconds");
    }
    keys.invalid(call.json("{\"overlap\":1}"), "/overlap");
    keys.invalid(call.json("[]"), "");
    keys.invalid(call.json(" "), "");
  }

  @Test
  void badParameters_areRefusedByName() {
    keys.invalid(keys.call("GET", "tokens?status=active"), "status");
    keys.invalid(keys.call("GET", "tokens?status="), "status");
    keys.invalid(keys.call("GET", "tokens?serviceAccountId=ci"), "serviceAccountId");
    keys.invalid(keys.call("GET", "tokens?from=0"), "from");
    keys.invalid(keys.call("GET", "serviceAccounts?status=ACTIVE"), "status");
    keys.invalid(keys.call("GET", "serviceAccounts?PageSize=1001"), "PageSize");
    keys.invalid(keys.call("GET", "tokens?PageToken.Skip=10001"), "PageToken.Skip");
    for (Call call : onSubjects(keys, account, token)) {
      keys.invalid(call.query("x", 1), "x");
      if (!call.method().equals("GET")) {
        keys.invalid(call.header("X-Request-Id", "x".repeat(257)), "X-Request-Id");
        keys.invalid(call.header("X-Request-Id", ""), "X-Request-Id");
        keys.invalid(call.header("X-Request-Id", "\u00e9"), "X-Request-Id");
        Call twice = call.header("X-Request-Id", "a").header("X-Request-Id", "b");
        keys.invalid(twice, "X-Request-Id");
      }
    }
  }

  @Test
  void cursors_areGoodForTheirOwnListOnly() {
    String history = "serviceAccounts/" + account + "/auditEvents";
    Answer page = keys.ok(keys.call("GET", history + "?PageSize=1"));
    String cursor = page.json().getString("nextPageToken");
    keys.ok(keys.call("GET", history).query("PageToken.Cursor", cursor));
    for (String other :
        List.of(
            "tokens",
            "serviceAccounts",
            "tokens/" + token + "/auditEvents",
            "tokens?status=ACTIVE")) {
      keys.invalid(keys.call("GET", other).query("PageToken.Cursor", cursor), "PageToken.Cursor");
    }
  }

  @Test
  void bodies_mustBeJsonOfABoundedSize() {
    Buffer huge = Buffer.buffer("x".repeat(ApiFixture.BODY_BYTES_MAX + 1));
    for (String path : List.of("serviceAccounts", "tokens", "tokens/" + token + "/rotate")) {
      Call call = keys.call("POST", path);
      keys.answer(call.body("{}"), 415);
      keys.answer(call.header("Content-Type", "text/plain").body("{}"), 415);
      keys.answer(call.json("{}").header("Content-Encoding", "gzip"), 415);
      keys.answer(call.json("").body(huge), 413);
      keys.answer(call.json("").body(huge).inChunks(), 413);
    }
    keys.answer(keys.call("POST", "tokens"), 415);
  }

  @Test
  void otherMethods_areNotServed() {
    Map<String, String> allowed =
        Map.of(
            "tokens",
            "GET, POST",
            "serviceAccounts",
            "GET, POST",
            "tokens/" + token,
            "DELETE, GET",
            "serviceAccounts/" + account,
            "DELETE, GET",
            "tokens/" + token + "/rotate",
            "POST",
            "tokens/" + token + "/auditEvents",
            "GET",
            "serviceAccounts/" + account + "/auditEvents",
            "GET");
    allowed.forEach(
        (path, methods) -> {
          for (String method : List.of("PUT", "PATCH", "OPTIONS", "FOO")) {
            assertThat(keys.answer(keys.call(method, path), 405).header("allow"))
                .isEqualTo(methods);
          }
        });
  }
}
