package io.annals.auth;

import static io.annals.auth.AuthFixture.HOUR;
import static io.annals.auth.AuthFixture.SCOPES;
import static io.annals.auth.AuthFixture.TENANT;
import static io.annals.auth.AuthFixture.assertAccepted;
import static io.annals.auth.AuthFixture.assertRefused;
import static io.annals.auth.AuthFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCacheTest {
  @TempDir Path directory;
  private AuthFixture fixture;

  @BeforeEach
  void open() {
    fixture = new AuthFixture(directory);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void verifiedToken_isAnsweredByTheSameCompletedFuture() {
    TokenVerifier verifier = fixture.ownOnly();
    String token = fixture.ownToken();
    await(verifier.verify(token));

    Future<Principal> hit = verifier.verify(new String(token));

    assertThat(hit.succeeded()).isTrue();
    assertThat(hit).isSameAs(verifier.verify(token));
  }

  @Test
  void rememberedToken_isRefusedOnceItExpires() {
    TokenVerifier verifier = fixture.ownOnly();
    String token = fixture.ownToken();
    await(verifier.verify(token));

    fixture.clock.advance(HOUR.plus(Claims.LEEWAY));

    assertRefused(verifier, token).hasMessage("the token has expired");
  }

  @Test
  void rememberedToken_isRefusedOnceItsKeyIsGone() {
    TestKey key = TestKey.of("idp-1", "ES256");
    TokenVerifier verifier = fixture.trusting(key);
    String token = key.sign(fixture.claims());
    assertAccepted(verifier, token);

    fixture.writeJwks(TestKey.of("idp-2", "ES256"));

    Eventually.within10Seconds(() -> assertRefused(verifier, token));
  }

  @Test
  void answerFoundWithFormerKeys_isNotRemembered() {
    TokenCache cache = new TokenCache();
    TokenCache.Digest digest = TokenCache.Digest.of("t");
    Principal principal = new Principal("a", Optional.of(TENANT), SCOPES);
    ExternalKeys external = ExternalKeys.parse(AuthFixture.jwks().toBuffer());
    KeyFile own = fixture.keyFile;
    TrustedKeys former = new TrustedKeys(own, external);
    TrustedKeys rotated = new TrustedKeys(KeyFile.read(directory.resolve("auth.json")), external);

    cache.put(digest, former, new Claims(principal, 1_000));

    assertThat(cache.find(digest, former, 999)).isNotNull();
    assertThat(cache.find(digest, former, 1_000)).isNull();
    cache.put(digest, former, new Claims(principal, 1_000));
    assertThat(cache.find(digest, new TrustedKeys(own, ExternalKeys.NONE), 999)).isNull();
    cache.put(digest, former, new Claims(principal, 1_000));
    assertThat(cache.find(digest, rotated, 999)).isNull();
  }

  @Test
  void cache_isBounded() {
    TokenCache cache = new TokenCache();
    Principal principal = new Principal("a", Optional.of(TENANT), SCOPES);
    TrustedKeys keys = new TrustedKeys(fixture.keyFile, ExternalKeys.NONE);
    for (int i = 0; i < 25_000; i++) {
      cache.put(TokenCache.Digest.of("t" + i), keys, new Claims(principal, Long.MAX_VALUE));
    }

    assertThat(cache.size()).isLessThanOrEqualTo(10_000);
  }

  @Test
  void refusedToken_isNotRemembered() {
    TestKey key = TestKey.of("idp-1", "ES256");
    TokenVerifier verifier = fixture.trusting(key);
    String token = TestKey.of("idp-2", "ES256").sign(fixture.claims());

    assertRefused(verifier, token);
    assertRefused(verifier, token);
  }
}
