package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.ApiKey;
import io.annals.auth.Eventually;
import io.annals.auth.Scopes;
import io.annals.auth.TestIdentityProvider;
import io.annals.auth.TestTokens;
import io.annals.e2e.Credential.Worth;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes one credential of every kind that there is for a tenant, good ones and others. */
final class CredentialKinds {
  private static final Set<String> ALL = Set.copyOf(Scopes.KNOWN);
  private static final String ALL_TEXT = String.join(" ", Scopes.KNOWN);

  private final KeyClient keys;
  private final TestIdentityProvider provider;
  private final List<Credential> made = new ArrayList<>();

  private CredentialKinds(KeyClient keys, TestIdentityProvider provider) {
    this.keys = keys;
    this.provider = provider;
  }

  /**
   * All kinds.
   *
   * @param keys those of the tenant, on a server that trusts the provider
   */
  static List<Credential> of(KeyClient keys, TestIdentityProvider provider) {
    CredentialKinds kinds = new CredentialKinds(keys, provider);
    kinds.made.add(Credential.NONE);
    kinds.addMalformed();
    kinds.addTokensThatDoNotHold();
    kinds.addKeysThatDoNotHold();
    kinds.addKeysThatEnded();
    kinds.addForeign();
    kinds.addGood();
    kinds.addDouble();
    return kinds.made;
  }

  private void addMalformed() {
    add(Credential.of("password", "Authorization: Basic dXNlcjpwYXNz", Worth.NOTHING, ALL));
    add(Credential.bearer("malformed JWT", "x.y.z", Worth.NOTHING, ALL));
    add(Credential.apiKey("malformed key", "ak_unknown", Worth.NOTHING, ALL));
  }

  private void addTokensThatDoNotHold() {
    String tenant = keys.tenant().toString();
    JsonObject claims = provider.claims(tenant, ALL_TEXT);
    long past = claims.getLong("exp") - 2 * 3600;
    addRefused("expired JWT", TestTokens.expired(ApiFixture.keys(), keys.tenant()));
    addRefused("provider's expired JWT", provider.sign(claims.copy().put("exp", past)));
    addRefused("JWT that never expires", provider.sign(without(claims, "exp")));
    addRefused("JWT of a wrong issuer", provider.sign(claims.copy().put("iss", "https://x.test")));
    addRefused("JWT of no issuer", provider.sign(without(claims, "iss")));
    addRefused("JWT for a wrong audience", provider.sign(claims.copy().put("aud", "another-api")));
    addRefused("JWT for no audience", provider.sign(without(claims, "aud")));
    addRefused("JWT for no tenant", provider.sign(without(claims, "tenant_id")));
    addRefused("JWT signed by nobody's key", provider.signWithAnotherKey(claims));
    addRefused("JWT of another installation", TestTokens.ofAnotherInstallation(keys.tenant()));
    addRefused("unsigned JWT", TestTokens.unsigned(provider.sign(claims)));
  }

  private static JsonObject without(JsonObject claims, String name) {
    JsonObject fewer = claims.copy();
    fewer.remove(name);
    return fewer;
  }

  private void addKeysThatDoNotHold() {
    String unknown = ApiKey.generate().secretText();
    String last = unknown.endsWith("0") ? "1" : "0";
    String mistyped = unknown.substring(0, unknown.length() - 1) + last;
    String forged = TestTokens.forgedKey(used(mint(keys, ALL)).getString("keyPrefix"));
    add(Credential.apiKey("unknown key", unknown, Worth.NOTHING, ALL));
    add(Credential.apiKey("mistyped key", mistyped, Worth.NOTHING, ALL));
    add(Credential.apiKey("key with a wrong secret", forged, Worth.NOTHING, ALL));
  }

  /** Keys that held when they were used, and tokens that were made with them. */
  private void addKeysThatEnded() {
    long soonMillis = System.currentTimeMillis() + 3000;
    JsonObject expired = used(keys.post("tokens", newToken(ALL).put("expiresAt", soonMillis)));
    addEnded("expired key", expired);
    JsonObject revoked = used(mint(keys, ALL));
    addEnded("revoked key", revoked);
    keys.delete("tokens/" + revoked.getString("id"));
    JsonObject rotated = used(mint(keys, ALL));
    addEnded("rotated-out key", rotated);
    keys.ok(keys.call("POST", "tokens/" + rotated.getString("id") + "/rotate"));
    JsonObject orphaned = used(mint(keys, ALL));
    addEnded("key of a deleted account", orphaned);
    keys.delete("serviceAccounts/" + orphaned.getString("serviceAccountId"));
    String path = "tokens/" + expired.getString("id");
    Eventually.within10Seconds(
        () -> assertThat(keys.get(path).getString("status")).isEqualTo("EXPIRED"));
  }

  private void addEnded(String name, JsonObject key) {
    addRefused("JWT made with the " + name, keys.exchange(key, ALL));
    add(Credential.apiKey(name, key.getString("secret"), Worth.NOTHING, ALL));
  }

  private void addForeign() {
    try (KeyClient others = keys.ofAnotherTenant()) {
      JsonObject key = used(mint(others, ALL));
      String ofProvider = provider.sign(provider.claims(others.tenant().toString(), ALL_TEXT));
      addForeign("JWT of another tenant", own(others, ALL));
      addForeign("provider's JWT of another tenant", ofProvider);
      addForeign("JWT made with a key of another tenant", keys.exchange(key, ALL));
      String secret = key.getString("secret");
      add(Credential.apiKey("key of another tenant", secret, Worth.FOREIGN, ALL));
    }
  }

  private void addGood() {
    addGood("all scopes", ALL);
    Scopes.KNOWN.forEach(scope -> addGood(scope, Set.of(scope)));
    addGoodBearer(
        "provider's JWT without a scope", signed(keys.tenant().toString(), Set.of()), Set.of());
  }

  private void addGood(String what, Set<String> scopes) {
    JsonObject key = mint(keys, scopes);
    add(Credential.apiKey("key: " + what, key.getString("secret"), Worth.GOOD, scopes));
    addGoodBearer("JWT: " + what, own(keys, scopes), scopes);
    addGoodBearer("JWT made with a key: " + what, keys.exchange(key, scopes), scopes);
    addGoodBearer("provider's JWT: " + what, signed(keys.tenant().toString(), scopes), scopes);
    addGoodBearer(
        "operator's JWT: " + what, signed(TestIdentityProvider.ANY_TENANT, scopes), scopes);
  }

  private void addDouble() {
    Credential token = Credential.bearer("JWT", own(keys, ALL), Worth.GOOD, ALL);
    Credential key =
        Credential.apiKey("key", used(mint(keys, ALL)).getString("secret"), Worth.GOOD, ALL);
    add(token.and(key));
    add(Credential.bearer("malformed JWT", "x.y.z", Worth.NOTHING, ALL).and(key));
    add(token.and(Credential.apiKey("malformed key", "ak_unknown", Worth.NOTHING, ALL)));
  }

  private void add(Credential credential) {
    made.add(credential);
  }

  private void addRefused(String name, String token) {
    add(Credential.bearer(name, token, Worth.NOTHING, ALL));
  }

  private void addForeign(String name, String token) {
    add(Credential.bearer(name, token, Worth.FOREIGN, ALL));
  }

  private void addGoodBearer(String name, String token, Set<String> scopes) {
    add(Credential.bearer(name, token, Worth.GOOD, scopes));
  }

  private static String own(KeyClient client, Set<String> scopes) {
    return ApiFixture.token(client.tenant(), scopes.toArray(String[]::new));
  }

  private String signed(String tenant, Set<String> scopes) {
    return provider.sign(provider.claims(tenant, "openid " + String.join(" ", scopes)));
  }

  private static JsonObject newToken(Set<String> scopes) {
    return KeyClient.newToken()
        .put("userId", "bob")
        .put("scopes", new JsonArray(new ArrayList<>(scopes)));
  }

  /** A token with its secret, of an account of its own. */
  private static JsonObject mint(KeyClient client, Set<String> scopes) {
    JsonObject token = newToken(scopes).put("serviceAccountId", client.account("ci"));
    token.remove("userId");
    return client.post("tokens", token);
  }

  /** The same key, after it was let in. */
  private JsonObject used(JsonObject key) {
    keys.exchange(key, ALL);
    return key;
  }
}
