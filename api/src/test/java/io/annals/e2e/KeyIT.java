package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.ApiKey;
import io.annals.auth.Scopes;
import io.annals.memory.MemoryProvider;
import io.annals.model.ApiToken;
import io.annals.model.TenantId;
import io.annals.server.AnnalsServer;
import io.annals.store.Act;
import io.annals.store.KeyStore;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** API keys as credentials, and the tokens that they are exchanged for. */
class KeyIT {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Act ACT = new Act("test", null, null, null, 1);

  private static AnnalsServer server;
  private static KeyStore keys;

  private final UUID tenant = UUID.randomUUID();
  private final UUID token = UUID.randomUUID();
  private final Client client = new Client(server, tenant, "none");

  @BeforeAll
  static void start() {
    server =
        ApiFixture.startServer(
            VERTX, Map.of("ANNALS_STORAGE_AUDIT", "memory", "ANNALS_STORAGE_ACTIVITY", "memory"));
    keys = ApiFixture.await(MemoryProvider.lastOpened().keys());
  }

  @AfterAll
  static void stop() {
    ApiFixture.await(server.stop());
    ApiFixture.await(VERTX.close());
  }

  @AfterEach
  void close() {
    client.close();
  }

  private ApiKey mint(@Nullable Long expiresAtMillis, List<String> scopes) {
    ApiKey key = ApiKey.generate();
    ApiToken minted =
        new ApiToken(
            token,
            "key",
            key.prefix(),
            scopes,
            null,
            "alice",
            System.currentTimeMillis(),
            "test",
            expiresAtMillis,
            null,
            null);
    ApiFixture.await(keys.mint(new TenantId(tenant), minted, key.secret(), ACT));
    return key;
  }

  private ApiKey mint() {
    return mint(null, Scopes.KNOWN);
  }

  private void revoke() {
    assertThat(ApiFixture.await(keys.revoke(new TenantId(tenant), token, ACT))).isTrue();
  }

  private static Call with(ApiKey key, Call call) {
    return call.without("Authorization").header("X-API-Key", key.secretText());
  }

  private static Call bearing(String token, Call call) {
    return call.without("Authorization").header("Authorization", "Bearer " + token);
  }

  private void assertRefused(Stream stream, Call call, String sentence) {
    Answer answer = client.call(call);
    assertThat(answer.status()).as("%s: %s", call, answer).isEqualTo(401);
    assertThat(stream.sentence(answer)).isEqualTo(sentence);
    assertThat(answer.header("www-authenticate"))
        .isEqualTo(
            "Bearer realm=\"annals\", error=\"invalid_token\", error_description=\""
                + sentence
                + "\"");
  }

  private static Call form(String form) {
    return Call.of("POST", "/v1/auth/token")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(form);
  }

  private static Call exchange(ApiKey key) {
    return form(
        "grant_type=client_credentials&client_id="
            + key.prefix()
            + "&client_secret="
            + key.secretText());
  }

  private Answer exchanged(Call call, int status) {
    Answer answer = client.call(call);
    assertThat(answer.status()).as("%s", answer).isEqualTo(status);
    assertThat(answer.header("cache-control")).isEqualTo("no-store");
    return answer;
  }

  private String tokenFor(ApiKey key) {
    return exchanged(exchange(key), 200).json().getString("access_token");
  }

  @ParameterizedTest
  @EnumSource
  void key_opensWhatItsScopesSay(Stream stream) {
    ApiKey key = mint();
    client.ok(with(key, client.append(stream, stream.item())));
    client.ok(with(key, client.list(stream)));
    ApiKey other = mint(null, List.of(Scopes.KEYS_READ));
    Answer refused = client.call(with(other, client.list(stream)));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(stream.sentence(refused)).contains(stream.scope("read"));
  }

  @ParameterizedTest
  @EnumSource
  void key_isOfOneTenant(Stream stream) {
    ApiKey key = mint();
    try (Client other = new Client(server, UUID.randomUUID(), "none")) {
      assertThat(other.call(with(key, other.list(stream))).status()).isEqualTo(403);
    }
  }

  @ParameterizedTest
  @EnumSource
  void keysThatDoNotHold_areRefused(Stream stream) {
    Call list = client.list(stream);
    assertRefused(stream, with(ApiKey.generate(), list), "the API key is unknown");
    ApiKey key = mint();
    String text = key.secretText();
    Call mistyped = list.without("Authorization").header("X-API-Key", text.substring(1));
    assertRefused(stream, mistyped, "this is no API key");
    client.invalid(stream, list.header("X-API-Key", text), "X-API-Key");
    Call twice = with(key, list).header("X-API-Key", text);
    assertThat(client.call(twice).status()).isEqualTo(401);
    assertRefused(stream, with(mint(1L, Scopes.KNOWN), list), "the API key has expired");
  }

  @ParameterizedTest
  @EnumSource
  void revokedKey_isRefusedAtOnceAndWithItItsTokens(Stream stream) {
    ApiKey key = mint();
    Call list = client.list(stream);
    String made = tokenFor(key);
    assertThat(client.call(with(key, list)).status()).isIn(200, 404);
    assertThat(client.call(bearing(made, list)).status()).isIn(200, 404);
    revoke();
    assertRefused(stream, with(key, list), "the API key was revoked");
    assertRefused(stream, bearing(made, list), "the API key was revoked");
  }

  @Test
  void replacedKey_isRefusedAtOnceAndWithItItsTokens() {
    ApiKey key = mint();
    Call list = client.list(Stream.LOG);
    String made = tokenFor(key);
    client.ok(bearing(made, list));
    ApiKey newer = ApiKey.generate();
    Act now = new Act("test", null, null, null, System.currentTimeMillis());
    ApiFixture.await(keys.rotate(new TenantId(tenant), token, newer.secret(), 0, now));
    client.ok(with(newer, list));
    String sentence = "the API key was replaced by a newer one";
    assertRefused(Stream.LOG, with(key, list), sentence);
    assertRefused(Stream.LOG, bearing(made, list), sentence);
  }

  @Test
  void use_isWrittenWhenTheServerStops() {
    Vertx vertx = Vertx.vertx();
    AnnalsServer other =
        ApiFixture.startServer(
            vertx, Map.of("ANNALS_STORAGE_AUDIT", "memory", "ANNALS_STORAGE_ACTIVITY", "memory"));
    KeyStore before = keys;
    keys = ApiFixture.await(MemoryProvider.lastOpened().keys());
    try (Client user = new Client(other, tenant, "none")) {
      long fromMillis = System.currentTimeMillis();
      user.ok(with(mint(), user.list(Stream.LOG)));
      ApiFixture.await(other.stop());
      ApiToken used = ApiFixture.await(keys.token(new TenantId(tenant), token)).orElseThrow();
      assertThat(used.lastUsedAtMillis()).isBetween(fromMillis, System.currentTimeMillis());
    } finally {
      keys = before;
      ApiFixture.await(other.stop());
      ApiFixture.await(vertx.close());
    }
  }

  @Test
  void token_isGivenForAKey() {
    ApiKey key = mint(null, List.of(Scopes.AUDIT_WRITE, Scopes.AUDIT_READ));
    String pair = key.prefix() + ":" + key.secretText();
    String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    for (Call call :
        List.of(
            exchange(key),
            form("grant_type=client_credentials").header("Authorization", "Basic " + basic),
            form("grant_type=password&username=" + token + "&password=" + key.secretText()))) {
      JsonObject granted = exchanged(call, 200).json();
      assertThat(granted.getString("scope")).isEqualTo("audit:read audit:write");
      assertThat(granted.getInteger("expires_in")).isEqualTo(900);
      client.ok(bearing(granted.getString("access_token"), client.list(Stream.CREDENTIALS)));
    }
  }

  @Test
  void token_mayBeLimited() {
    Call limited = exchange(mint());
    JsonObject granted = exchanged(limited.body(limited.body() + "&scope=audit:read"), 200).json();
    assertThat(granted.getString("scope")).isEqualTo("audit:read");
    Call write = client.append(Stream.LOG, Stream.LOG.item());
    assertThat(client.call(bearing(granted.getString("access_token"), write)).status())
        .isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "grant_type=client_credentials&client_id=x&client_secret=KEY, 401, invalid_client",
    "grant_type=client_credentials&client_id=PREFIX&client_secret=x, 401, invalid_client",
    "grant_type=password&username=PREFIX&password=x, 400, invalid_grant",
    "grant_type=client_credentials&client_id=PREFIX&client_secret=KEY&scope=keys:write, 400,"
        + " invalid_scope",
    "grant_type=code, 400, unsupported_grant_type",
    "'', 400, invalid_request",
  })
  void requestsForTokens_areRefusedAsTheRfcSays(String form, int status, String error) {
    ApiKey key = mint(null, List.of(Scopes.AUDIT_READ));
    Call call = form(form.replace("PREFIX", key.prefix()).replace("KEY", key.secretText()));
    Answer answer = exchanged(call, status);
    assertThat(answer.json().getString("error")).isEqualTo(error);
    assertThat(answer.text()).doesNotContain(key.secretText());
    assertThat(answer.headers().containsKey("www-authenticate")).isEqualTo(status == 401);
  }

  @Test
  void otherRequestsToTheTokenEndpoint_areRefusedLikeAllOthers() {
    Call good = exchange(mint());
    assertThat(client.call(good.without("Content-Type")).status()).isEqualTo(415);
    assertThat(client.call(good.body("a=" + "x".repeat(5000))).status()).isEqualTo(413);
    assertThat(client.call(good.body("a=" + "x".repeat(5000)).inChunks()).status()).isEqualTo(413);
    Answer get = client.call(Call.of("GET", "/v1/auth/token"));
    assertThat(get.status()).isEqualTo(405);
    assertThat(get.header("allow")).isEqualTo("POST");
  }
}
