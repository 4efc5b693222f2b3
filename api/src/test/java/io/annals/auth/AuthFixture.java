package io.annals.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;

/** A server's keys, an identity provider's keys in a file, and a clock that tests set. */
final class AuthFixture implements AutoCloseable {
  static final TenantId TENANT =
      new TenantId(UUID.fromString("0192a5c8-7f00-7000-8000-00000000abcd"));
  static final Set<String> SCOPES = Set.of(Scopes.AUDIT_READ, Scopes.AUDIT_WRITE);
  static final Duration HOUR = Duration.ofHours(1);

  final Vertx vertx = Vertx.vertx();
  final TestClock clock = new TestClock();
  final Path directory;
  final KeyFile keyFile;
  final TokenIssuer issuer;

  AuthFixture(Path directory) {
    this.directory = directory;
    this.keyFile = KeyFile.readOrCreate(directory.resolve("auth.json"));
    this.issuer = new TokenIssuer(() -> keyFile, clock);
  }

  static final class TestClock implements InstantSource {
    volatile Instant now = Instant.now();

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public long millis() {
      return now.toEpochMilli();
    }

    void advance(Duration time) {
      now = now.plus(time);
    }
  }

  TokenVerifier ownOnly() {
    return new TokenVerifier(vertx, () -> keyFile, null, AuthSettings.OWN_TOKENS_ONLY, clock);
  }

  TokenVerifier trusting(TestKey... keys) {
    return trusting(null, null, keys);
  }

  TokenVerifier trusting(@Nullable String iss, @Nullable String aud, TestKey... keys) {
    Path file = writeJwks(keys);
    AuthSettings settings = new AuthSettings(null, file.toString(), iss, aud);
    Reloaded<ExternalKeys> jwks = await(ExternalKeys.open(vertx, new FileSource(vertx, file)));
    return new TokenVerifier(vertx, () -> keyFile, jwks, settings, clock);
  }

  Path writeJwks(TestKey... keys) {
    return writeJwks(
        jwks(Arrays.stream(keys).map(TestKey::publicJwk).toArray(JsonObject[]::new)).encode());
  }

  Path writeJwks(String content) {
    try {
      return Files.writeString(directory.resolve("jwks.json"), content);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonObject jwks(JsonObject... keys) {
    return new JsonObject().put("keys", new JsonArray(Arrays.asList(keys)));
  }

  String ownToken() {
    return issuer.issue("alice", Optional.of(TENANT), SCOPES, HOUR);
  }

  /** Claims of a good external token. */
  JsonObject claims() {
    long nowSeconds = clock.now.getEpochSecond();
    return new JsonObject()
        .put("iss", "https://idp.example")
        .put("aud", "annals-api")
        .put("sub", "bob")
        .put("tenant_id", TENANT.toString())
        .put("scope", "openid audit:read")
        .put("iat", nowSeconds)
        .put("exp", nowSeconds + 3600);
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Asserts that the token is refused, in the one way there is, and not shown. */
  static AbstractThrowableAssert<?, ?> assertRefused(TokenVerifier verifier, String token) {
    Future<Principal> answer = verifier.verify(token);
    var refusal =
        assertThatThrownBy(() -> await(answer)).isExactlyInstanceOf(InvalidTokenException.class);
    if (token.length() > 10) {
      refusal.message().doesNotContain(token);
    }
    return refusal.hasNoCause();
  }

  static void assertAccepted(TokenVerifier verifier, String token) {
    assertThat(await(verifier.verify(token))).isNotNull();
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
