package io.annals.auth;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;

/** An identity provider with one key, for tests that ask a server over HTTP which trusts it. */
public final class TestIdentityProvider {
  public static final String ISSUER = "https://idp.example";
  public static final String AUDIENCE = "annals-api";

  /** What stands for every tenant. */
  public static final String ANY_TENANT = Claims.ANY_TENANT;

  private final TestKey key = TestKey.of("idp", "ES256");

  /** The key set that it publishes. */
  public String jwks() {
    return AuthFixture.jwks(key.publicJwk()).encode();
  }

  /** A token with these claims, whatever they say. */
  public String sign(JsonObject claims) {
    return key.sign(claims);
  }

  /** The same, by a key that the provider never had but names as its own. */
  public String signWithAnotherKey(JsonObject claims) {
    return TestKey.of("idp", "ES256").sign(claims);
  }

  /** Claims of a good token, to be spoilt by tests. */
  public JsonObject claims(String tenant, String scope) {
    return new JsonObject()
        .put("iss", ISSUER)
        .put("aud", AUDIENCE)
        .put("sub", "bob")
        .put("tenant_id", tenant)
        .put("scope", scope)
        .put("exp", Instant.now().plus(Duration.ofHours(1)).getEpochSecond());
  }
}
