package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.ApiKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What service accounts and tokens do while nobody asks for anything wrong. */
@ParameterizedClass
@ValueSource(strings = {"memory", "postgres"})
class KeysIT {
  private final KeyClient keys;

  KeysIT(String store) {
    keys = KeyClient.ofNewTenant(store);
  }

  @AfterEach
  void close() {
    keys.close();
  }

  private static List<String> of(String member, List<JsonObject> items) {
    return items.stream().map(item -> item.getString(member)).toList();
  }

  @Test
  void account_isMadeReadListedAndDeleted() {
    long before = System.currentTimeMillis();
    JsonObject account =
        keys.post(
            "serviceAccounts",
            new JsonObject().put("name", "Billing 😀").put("description", "Writes \"invoices\""));
    assertThat(account.getLong("createdAt")).isBetween(before, System.currentTimeMillis());
    assertThat(account.copy())
        .isEqualTo(
            new JsonObject()
                .put("id", account.getString("id"))
                .put("tenantId", keys.tenant().toString())
                .put("createdAt", account.getLong("createdAt"))
                .put("name", "Billing 😀")
                .put("description", "Writes \"invoices\"")
                .put("createdBy", "test"));
    String path = "serviceAccounts/" + account.getString("id");
    assertThat(keys.get(path)).isEqualTo(account);
    assertThat(keys.list("serviceAccounts")).containsExactly(account);

    keys.delete(path);
    assertThat(keys.status("GET", path)).isEqualTo(404);
    assertThat(keys.list("serviceAccounts")).isEmpty();
    keys.delete(path);
    assertThat(of("operation", keys.list(path + "/auditEvents")))
        .containsExactly("DELETE", "PROVISION");
  }

  @Test
  void deletedAccount_leavesItsTokensRevokedAndItsHistory() {
    String account = keys.account("ci");
    JsonObject token = keys.mint(account);
    keys.delete("serviceAccounts/" + account);
    JsonObject left = keys.get("tokens/" + token.getString("id"));
    assertThat(left.getString("status")).isEqualTo("REVOKED");
    assertThat(left.getLong("revokedAt")).isGreaterThanOrEqualTo(left.getLong("createdAt"));
    assertThat(of("id", keys.list("tokens?serviceAccountId=" + account)))
        .containsExactly(token.getString("id"));
    assertThat(of("operation", keys.list("serviceAccounts/" + account + "/auditEvents")))
        .containsExactlyInAnyOrder("DELETE", "REVOKE", "MINT", "PROVISION");
    JsonObject late = KeyClient.newToken().put("serviceAccountId", account);
    keys.invalid(keys.call("POST", "tokens").json(late), "/serviceAccountId");
  }

  @Test
  void token_isShownWithItsSecretOnceAndWithoutItEverAfter() throws Exception {
    String account = keys.account("ci");
    long expiresAt = System.currentTimeMillis() + Duration.ofDays(1).toMillis();
    JsonObject wanted =
        KeyClient.newToken()
            .put("serviceAccountId", account)
            .put("scopes", JsonArray.of("keys:read", "audit:write"))
            .put("expiresAt", expiresAt);
    Answer answer = keys.ok(keys.call("POST", "tokens").json(wanted));
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.header("cache-control")).isEqualTo("no-store");
    JsonObject minted = answer.json();
    ApiKey key = ApiKey.parse(minted.getString("secret"));
    minted.remove("secret");
    assertThat(minted.copy())
        .isEqualTo(
            wanted
                .copy()
                .put("id", minted.getString("id"))
                .put("tenantId", keys.tenant().toString())
                .put("createdAt", minted.getLong("createdAt"))
                .put("createdBy", "test")
                .put("keyPrefix", key.prefix())
                .put("status", "ACTIVE"));
    String path = "tokens/" + minted.getString("id");
    assertThat(keys.get(path)).isEqualTo(minted);
    assertThat(keys.list("tokens")).containsExactly(minted);
    String random = key.secretText().substring(key.prefix().length());
    for (String seen : List.of("tokens", path, path + "/auditEvents")) {
      assertThat(keys.ok(keys.call("GET", seen)).text())
          .contains(key.prefix())
          .doesNotContain(random);
    }
  }

  @Test
  void tokenOfAUser_hasNoServiceAccount() {
    JsonObject token = keys.post("tokens", KeyClient.newToken().put("userId", "user_4821"));
    assertThat(token.getString("userId")).isEqualTo("user_4821");
    assertThat(token.fieldNames()).doesNotContain("serviceAccountId", "expiresAt", "lastUsedAt");
    String events = "tokens/" + token.getString("id") + "/auditEvents";
    assertThat(keys.list(events).get(0).getJsonObject("detail").getString("userId"))
        .isEqualTo("user_4821");
  }

  @Test
  void tokensLife_standsInItsHistoryAndInItsAccounts() {
    String account = keys.account("ci");
    JsonObject minted = keys.mint(account);
    String path = "tokens/" + minted.getString("id");
    Call rotation = keys.call("POST", path + "/rotate").header("X-Request-Id", "req ~1");
    JsonObject rotated = keys.ok(rotation.json("{\"overlapSeconds\":604800}")).json();
    keys.delete(path);
    keys.delete(path);

    assertThat(rotated.getString("id")).isEqualTo(minted.getString("id"));
    assertThat(rotated.getString("secret")).isNotEqualTo(minted.getString("secret"));
    assertThat(rotated.getString("keyPrefix")).isNotEqualTo(minted.getString("keyPrefix"));
    assertThat(rotated.getString("secret")).startsWith(rotated.getString("keyPrefix") + "_");
    JsonObject revoked = keys.get(path);
    assertThat(revoked.getString("status")).isEqualTo("REVOKED");
    assertThat(revoked.getString("keyPrefix")).isEqualTo(rotated.getString("keyPrefix"));

    List<JsonObject> history = keys.list(path + "/auditEvents");
    assertThat(of("operation", history)).containsExactly("REVOKE", "ROTATE", "MINT");
    assertThat(of("keyPrefix", history))
        .containsExactly(
            rotated.getString("keyPrefix"),
            rotated.getString("keyPrefix"),
            minted.getString("keyPrefix"));
    for (JsonObject event : history) {
      assertThat(event.getString("actor")).isEqualTo("test");
      assertThat(event.getString("remoteIp")).isEqualTo("127.0.0.1");
      assertThat(event.getString("tokenId")).isEqualTo(minted.getString("id"));
      assertThat(event.getString("serviceAccountId")).isEqualTo(account);
      assertThat(event.getString("tenantId")).isEqualTo(keys.tenant().toString());
    }
    assertThat(of("requestId", history)).containsExactly(null, "req ~1", null);
    JsonObject rotation2 = history.get(1);
    assertThat(rotation2.getJsonObject("detail").getLong("olderSecretsEndAt"))
        .isEqualTo(rotation2.getLong("createdAt") + 604_800_000L);
    assertThat(history.get(0).getLong("createdAt")).isEqualTo(revoked.getLong("revokedAt"));
    List<JsonObject> ofAccount = keys.list("serviceAccounts/" + account + "/auditEvents");
    assertThat(ofAccount.subList(0, 3)).isEqualTo(history);
    assertThat(of("operation", ofAccount)).endsWith("PROVISION");
  }

  @Test
  void rotation_needsNoBody() {
    String path = "tokens/" + keys.mint(keys.account("ci")).getString("id") + "/rotate";
    Call bare = keys.call("POST", path);
    for (Call call :
        List.of(
            bare,
            bare.body(""),
            bare.body("").inChunks(),
            bare.json(""),
            bare.json("{}"),
            bare.json("{\"overlapSeconds\":0}").inChunks(),
            bare.header("Content-Type", "text/plain"))) {
      assertThat(keys.ok(call).status()).as("%s", call).isEqualTo(200);
    }
  }

  @Test
  void endedToken_getsNoOtherSecret() {
    JsonObject token = keys.mint(keys.account("ci"));
    String path = "tokens/" + token.getString("id");
    keys.delete(path);
    Answer answer = keys.answer(keys.call("POST", path + "/rotate"), 409);
    assertThat(answer.json().getString("detail")).contains("revoked").doesNotContain("annals_");
    assertThat(of("operation", keys.list(path + "/auditEvents"))).containsExactly("REVOKE", "MINT");
    assertThat(keys.get(path).getString("keyPrefix")).isEqualTo(token.getString("keyPrefix"));
  }

  @Test
  void tokenWhoseTimeIsOver_expiresByItself() throws InterruptedException {
    String account = keys.account("ci");
    long expiresAt = System.currentTimeMillis() + 3000;
    JsonObject token =
        keys.post(
            "tokens",
            KeyClient.newToken().put("serviceAccountId", account).put("expiresAt", expiresAt));
    String path = "tokens/" + token.getString("id");
    List<JsonObject> history = keys.list(path + "/auditEvents");
    for (int i = 0; i < 200 && history.size() < 2; i++) {
      Thread.sleep(100);
      history = keys.list(path + "/auditEvents");
    }
    assertThat(of("operation", history)).containsExactly("EXPIRE", "MINT");
    assertThat(history.get(0).getLong("createdAt")).isEqualTo(expiresAt);
    assertThat(history.get(0).getString("actor")).isEqualTo("annals");
    assertThat(keys.get(path).getString("status")).isEqualTo("EXPIRED");
    assertThat(keys.list("tokens?status=ACTIVE")).isEmpty();
    assertThat(keys.list("tokens?status=EXPIRED")).hasSize(1);
    Answer refused = keys.answer(keys.call("POST", path + "/rotate"), 409);
    assertThat(refused.json().getString("detail")).contains("expired");
    keys.delete(path);
    assertThat(keys.get(path).getString("status")).isEqualTo("REVOKED");
  }

  @Test
  void lists_arePagedCountedAndFiltered() {
    String account = keys.account("a");
    String other = keys.account("b");
    List<String> minted = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      minted.add(keys.mint(i % 3 == 0 ? other : account).getString("id"));
    }
    Collections.reverse(minted);
    keys.delete("tokens/" + minted.get(1));
    for (int size : new int[] {1, 2, 9, 50}) {
      assertThat(of("id", keys.walk("tokens?PageSize=" + size))).isEqualTo(minted);
    }
    assertThat(of("id", keys.list("tokens?PageToken.Skip=7"))).isEqualTo(minted.subList(7, 9));
    JsonObject page =
        keys.ok(keys.call("GET", "tokens?PageSize=2&status=ACTIVE&serviceAccountId=" + account))
            .json();
    assertThat(page.getLong("totalCount")).isEqualTo(5);
    assertThat(page.getJsonArray("items")).hasSize(2);
    assertThat(keys.walk("tokens?PageSize=2&status=ACTIVE&serviceAccountId=" + account)).hasSize(5);
    assertThat(keys.list("tokens?status=REVOKED")).hasSize(1);
    assertThat(keys.list("tokens?serviceAccountId=" + UUID.randomUUID())).isEmpty();
    assertThat(of("name", keys.walk("serviceAccounts?PageSize=1"))).containsExactly("b", "a");
    assertThat(keys.walk("serviceAccounts/" + account + "/auditEvents?PageSize=2")).hasSize(8);
  }

  @Test
  void madeHereButNeverUsed_hasAnEmptyActivityList() {
    String account = keys.account("ci");
    String token = keys.mint(account).getString("id");
    JsonObject empty =
        new JsonObject()
            .put("items", new JsonArray())
            .putNull("nextPageToken")
            .put("totalCount", 0);
    List<String> paths =
        List.of("tokens/" + token + "/activity", "serviceAccounts/" + account + "/activity");
    for (String path : paths) {
      assertThat(keys.get(path)).isEqualTo(empty);
      assertThat(keys.get(path + "?search=x&PageSize=7")).isEqualTo(empty);
    }
    keys.delete("serviceAccounts/" + account);
    for (String path : paths) {
      assertThat(keys.get(path)).isEqualTo(empty);
    }
    assertThat(keys.status("GET", "tokens/" + account + "/activity")).isEqualTo(404);
    assertThat(keys.status("GET", "serviceAccounts/" + token + "/activity")).isEqualTo(404);
    try (KeyClient stranger = keys.ofAnotherTenant()) {
      assertThat(stranger.status("GET", "tokens/" + token + "/activity")).isEqualTo(404);
    }
  }

  @Test
  void operator_makesKeysForATenant() {
    try (KeyClient operator = keys.asOperator()) {
      JsonObject token = operator.mint(operator.account("ci"));
      assertThat(token.getString("createdBy")).isEqualTo("operator");
      assertThat(token.getString("tenantId")).isEqualTo(keys.tenant().toString());
      assertThat(of("id", keys.list("tokens"))).containsExactly(token.getString("id"));
    }
    assertThat(Set.copyOf(of("createdBy", keys.list("serviceAccounts"))))
        .containsExactly("operator");
  }
}
