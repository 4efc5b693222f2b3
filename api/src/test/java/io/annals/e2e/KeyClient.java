package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.server.AnnalsServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** A client of one tenant's keys. */
final class KeyClient implements AutoCloseable {
  private final AnnalsServer server;
  private final Client client;

  KeyClient(AnnalsServer server, UUID tenant, String token) {
    this.server = server;
    client = new Client(server, tenant, token);
  }

  /** A client of a tenant that nobody else has, of the server that keeps keys in this store. */
  static KeyClient ofNewTenant(String store) {
    UUID tenant = UUID.randomUUID();
    return new KeyClient(ApiFixture.server(store), tenant, ApiFixture.token(tenant));
  }

  KeyClient ofAnotherTenant() {
    UUID tenant = UUID.randomUUID();
    return new KeyClient(server, tenant, ApiFixture.token(tenant));
  }

  /** The same tenant, with these scopes only. */
  KeyClient with(String... scopes) {
    return new KeyClient(server, tenant(), ApiFixture.token(tenant(), scopes));
  }

  KeyClient asOperator() {
    return new KeyClient(server, tenant(), ApiFixture.operatorToken());
  }

  UUID tenant() {
    return client.tenant;
  }

  /** A token to be minted, without an owner. */
  static JsonObject newToken() {
    return new JsonObject().put("name", "ci").put("scopes", JsonArray.of("audit:read"));
  }

  /** A good request, to be spoilt by tests; the path may have a query. */
  Call call(String method, String path) {
    return client.to(method, path);
  }

  Answer ok(Call call) {
    return client.ok(call);
  }

  Answer call(Call call) {
    return client.call(call);
  }

  /** The answer, which must have this status. */
  Answer answer(Call call, int status) {
    Answer answer = client.call(call);
    assertThat(answer.status()).as("%s: %s", call, answer).isEqualTo(status);
    return answer;
  }

  int status(String method, String path) {
    return client.call(call(method, path)).status();
  }

  /** Asserts that the refusal of an invalid request names exactly this. */
  void invalid(Call call, String culprit) {
    client.invalid(Stream.CREDENTIALS, call, culprit);
  }

  JsonObject get(String path) {
    return ok(call("GET", path)).json();
  }

  JsonObject post(String path, JsonObject body) {
    return answer(call("POST", path).json(body), 201).json();
  }

  void delete(String path) {
    answer(call("DELETE", path), 204);
  }

  /** The id of a new account. */
  String account(String name) {
    return post("serviceAccounts", new JsonObject().put("name", name)).getString("id");
  }

  /** A new token of this account. */
  JsonObject mint(String account) {
    return post("tokens", newToken().put("serviceAccountId", account));
  }

  /** A JWT for this key, with a part of its scopes. */
  String exchange(JsonObject minted, Set<String> scopes) {
    Call form =
        Call.of("POST", "/v1/auth/token")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(
                "grant_type=client_credentials&client_id=%s&client_secret=%s&scope=%s"
                    .formatted(
                        minted.getString("keyPrefix"),
                        minted.getString("secret"),
                        String.join("+", scopes)));
    return ok(form).json().getString("access_token");
  }

  /** The items of one page. */
  List<JsonObject> list(String path) {
    return Stream.CREDENTIALS.items(ok(call("GET", path)));
  }

  /** Everything that the list holds; every page must know how much that is. */
  List<JsonObject> walk(String path) {
    List<JsonObject> items = new ArrayList<>();
    Call first = call("GET", path);
    Answer page = ok(first);
    long total = page.json().getLong("totalCount");
    items.addAll(Stream.CREDENTIALS.items(page));
    for (String next = Stream.CREDENTIALS.next(page);
        next != null;
        next = Stream.CREDENTIALS.next(page)) {
      page = ok(first.query("PageToken.Cursor", next));
      assertThat(page.json().getLong("totalCount")).isEqualTo(total);
      items.addAll(Stream.CREDENTIALS.items(page));
    }
    assertThat(items).hasSize((int) total);
    return items;
  }

  @Override
  public void close() {
    client.close();
  }
}
